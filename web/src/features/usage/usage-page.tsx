import type { UsageHistory } from '@icana/contract/app';
import { Button, Code, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';

import { formatMoney } from '../../lib/format.ts';
import { FigureTile } from '../../ui/figure-tile.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { PendingPage } from '../../ui/page-states.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Section } from '../../ui/section.tsx';
import { DayCharts } from './day-charts.tsx';
import { PaceSection } from './pace-section.tsx';
import { PERIODS, type Period } from './periods.ts';
import { SumsTable } from './sums-table.tsx';
import { usageQuery } from './usage-query.ts';
import { formatCount, formatDate, formatMinutes } from './usage-words.ts';

const route = getRouteApi('/inside/usage');

/** Who looks back further asks for it. */
const DAYS_SHOWN = 31;

const CHOICES = PERIODS.map((days) => ({ value: String(days), label: `${days} days` }));

/** What was used, by day and by key. */
export function UsagePage() {
  const { days } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: usage, error } = useQuery(usageQuery(days));
  return (
    <>
      <PageTitle title="Usage" note={usage && <DaysNote timeZone={usage.timeZone} />}>
        <SegmentedControl
          data={CHOICES}
          value={String(days)}
          // One of the values above.
          onChange={(value) => void navigate({ search: { days: Number(value) as Period }, replace: true })}
          aria-label="How many days"
        />
      </PageTitle>
      <Refusal error={error} />
      {!usage && !error && <PendingPage />}
      {usage && <Usage usage={usage} days={days} />}
    </>
  );
}

const DaysNote = ({ timeZone }: { timeZone: string }) => (
  <>
    Days begin at midnight in {timeZone}.{' '}
    <PageLink to="/settings/account" inherit underline="always">
      Change
    </PageLink>
  </>
);

function Usage({ usage, days }: { usage: UsageHistory; days: Period }) {
  const { total, daily, pace } = usage;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <FigureTile label="Recordings" figure={formatCount(total.jobs)} />
        <FigureTile label="Failed, without charge" figure={formatCount(total.failed)} />
        <FigureTile label="Minutes" figure={formatMinutes(total.audioMs)} />
        <FigureTile label="Cost" figure={formatMoney(total.costMicroAud)} />
      </SimpleGrid>
      {total.jobs === 0 ? (
        <Section title="By day">
          <Text fz="sm">
            Nothing was transcribed in these {days} days. Add a recording, and what it used shows here.
          </Text>
        </Section>
      ) : (
        <DayCharts daily={daily} />
      )}
      <ByKey usage={usage} days={days} />
      <PaceSection pace={pace} failed={total.failed} />
      <ByDay usage={usage} days={days} />
    </Stack>
  );
}

function ByKey({ usage: { byKey }, days }: { usage: UsageHistory; days: Period }) {
  if (byKey.length === 0) return null;
  const rows = byKey.map(({ keyId, name, masked, ...sums }) => ({
    key: keyId ?? '',
    name: (
      <>
        {name} {masked !== null && <Code>{masked}</Code>}
      </>
    ),
    ...sums,
  }));
  return (
    <Section title="By key" aside={<CsvLink days={days} by="key" />}>
      <SumsTable label="Usage by key" of="Key" rows={rows} />
    </Section>
  );
}

/** The numbers of the charts, newest first; days on which nothing was done are left out. */
function ByDay({ usage: { daily }, days }: { usage: UsageHistory; days: Period }) {
  const [isWhole, setWhole] = useState(false);
  const busy = daily.filter(({ jobs }) => jobs > 0).reverse();
  if (busy.length === 0) return null;
  const shown = isWhole ? busy : busy.slice(0, DAYS_SHOWN);
  return (
    <Section title="By day" aside={<CsvLink days={days} by="day" />}>
      <SumsTable
        label="Usage by day"
        of="Day"
        rows={shown.map(({ date, ...sums }) => ({ key: date, name: formatDate(date), ...sums }))}
      />
      {shown.length < busy.length && (
        <Button variant="default" size="xs" onClick={() => setWhole(true)} style={{ alignSelf: 'center' }}>
          Show all {busy.length} days
        </Button>
      )}
    </Section>
  );
}

function CsvLink({ days, by }: { days: Period; by: 'day' | 'key' }) {
  return (
    <Button
      component="a"
      href={`/app/usage.csv?days=${days}&by=${by}`}
      download
      variant="default"
      size="xs"
      leftSection={<IconDownload size={16} aria-hidden />}
      aria-label={`CSV of the usage by ${by}`}
    >
      CSV
    </Button>
  );
}
