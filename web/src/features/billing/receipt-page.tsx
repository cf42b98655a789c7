import type { Receipt } from '@icana/contract/app';
import { Anchor, Button, Group, Paper, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';

import { formatDay, formatMoney } from '../../lib/format.ts';
import { receiptQuery } from './billing-queries.ts';
import classes from './receipt.module.css';

const route = getRouteApi('/inside/billing/receipts/$receiptId');

/** A receipt, to be printed or saved as a PDF by the browser. */
export function ReceiptPage() {
  const { receiptId } = route.useParams();
  const { data: receipt } = useSuspenseQuery(receiptQuery(receiptId));
  const { number } = receipt;
  useEffect(() => {
    // What a browser calls the file when it prints to one.
    document.title = `Receipt ${number} · Icana`;
  }, [number]);
  return (
    <>
      <Group justify="space-between" mb="lg" className={classes['bar'] ?? ''}>
        <Anchor component={Link} to="/billing">
          <Group gap={6} component="span">
            <IconArrowLeft size={16} aria-hidden />
            Billing
          </Group>
        </Anchor>
        <Button leftSection={<IconPrinter size={18} aria-hidden />} onClick={() => window.print()}>
          Print or save as PDF
        </Button>
      </Group>
      <Sheet receipt={receipt} />
    </>
  );
}

function Sheet({ receipt }: { receipt: Receipt }) {
  const { seller, number, paidAt, payer, method, reference, amountMicroAud, reversedMicroAud } = receipt;
  const isTest = method === 'test';
  return (
    <Paper withBorder p={{ base: 'md', sm: 40 }} className={classes['sheet'] ?? ''} component="article">
      <Group justify="space-between" align="flex-start" mb="xl">
        <Title order={1} size="h2">
          {isTest ? 'Receipt of a test' : 'Receipt'}
        </Title>
        {seller && <Seller seller={seller} />}
      </Group>
      {isTest && (
        <Text fw={500} mb="lg">
          A test top-up: no money was taken.
        </Text>
      )}
      <dl className={classes['facts']}>
        <Fact name="Receipt number">{number}</Fact>
        <Fact name="Date">{formatDay(paidAt)}</Fact>
        <Fact name="For">{payer}</Fact>
        <Fact name="Paid by">{isTest ? 'nothing: a test' : 'card or another way to pay, by Stripe'}</Fact>
        {reference !== null && <Fact name="Payment">{reference}</Fact>}
      </dl>
      <table className={classes['amounts']}>
        <thead>
          <tr>
            <th scope="col">Description</th>
            <th scope="col">Amount (AUD)</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>Prepaid credit for transcription</td>
            <td>{formatMoney(amountMicroAud)}</td>
          </tr>
          {reversedMicroAud > 0 && (
            <tr>
              <td>Refunded since</td>
              <td>{formatMoney(0 - reversedMicroAud)}</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{reversedMicroAud > 0 ? 'Paid after refunds' : 'Paid'}</th>
            <td>{formatMoney(isTest ? 0 : amountMicroAud - reversedMicroAud)}</td>
          </tr>
        </tfoot>
      </table>
    </Paper>
  );
}

function Seller({ seller }: { seller: NonNullable<Receipt['seller']> }) {
  const { name, address, taxId } = seller;
  return (
    <address className={classes['seller']}>
      <strong>{name}</strong>
      {[...address, ...(taxId === null ? [] : [taxId])].map((line) => (
        <span key={line}>{line}</span>
      ))}
    </address>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
