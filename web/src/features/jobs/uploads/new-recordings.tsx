import { Alert, Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import type { OpenUploads, UploadTerms } from '@icana/contract/app';
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { ask } from '../../../lib/api.ts';
import { formatMoney } from '../../../lib/format.ts';
import { useSession } from '../../../session.ts';
import { RuledList } from '../../../ui/ruled-list.tsx';
import { DropArea } from './drop-area.tsx';
import { firstChoice, JobOptionsForm, optionsOf } from './job-options.tsx';
import { totalWords } from './price-words.ts';
import { isUndecided, priceOf, type UploadItem } from './upload-item.ts';
import { UploadRow } from './upload-row.tsx';
import { useUploads } from './uploads-provider.tsx';

const termsQuery = queryOptions({
  queryKey: ['upload-terms'],
  queryFn: ({ signal }) => ask<UploadTerms>('GET', '/app/uploads/terms', { signal }),
  staleTime: 60_000,
});

/** What another window uploads is looked at so often. */
const FOLLOW_EVERY_MS = 5000;

const openUploadsQuery = queryOptions({
  queryKey: ['uploads'],
  queryFn: ({ signal }) => ask<OpenUploads>('GET', '/app/uploads', { signal }),
  refetchInterval: ({ state }) =>
    state.data?.uploads.some(({ isReceiving }) => isReceiving) ? FOLLOW_EVERY_MS : false,
});

/** Where recordings come in: choose files, say how, see the price, and have them transcribed. */
export function NewRecordings() {
  const { data: terms } = useSuspenseQuery(termsQuery);
  const { data: kept } = useQuery(openUploadsQuery);
  const { queue, items } = useUploads();
  const [choice, setChoice] = useState(() => firstChoice(terms));
  useEffect(() => {
    if (kept) queue.sync(kept.uploads);
  }, [queue, kept]);
  const { accountStatus } = useSession();
  if (accountStatus !== 'active') return <NotYet />;

  const undecided = items.filter(isUndecided);
  const priceOfItem = (item: UploadItem) => priceOf(item, terms.microAudPerMinute);
  const transcribe = () => {
    const shown = new Map(undecided.map((item) => [item.key, priceOfItem(item)?.microAud ?? null]));
    queue.transcribe(optionsOf(choice), shown);
  };
  return (
    <Stack gap="md">
      <DropArea terms={terms} onFiles={queue.add} />
      <CreditNotice minimumMicroAud={terms.minimumMicroAud} />
      {items.length > 0 && (
        <Paper withBorder p="md" component="section" aria-label="New recordings">
          <RuledList>
            {items.map((item) => (
              <UploadRow key={item.key} item={item} microAudPerMinute={terms.microAudPerMinute} />
            ))}
          </RuledList>
          {undecided.length > 0 && (
            <Stack gap="md" mt="sm">
              <JobOptionsForm terms={terms} choice={choice} onChange={setChoice} />
              <Group justify="flex-end">
                <Text fz="sm" c="dimmed">
                  {totalWords(undecided.map(priceOfItem))}
                </Text>
                <Button onClick={transcribe}>
                  {undecided.length === 1 ? 'Transcribe' : `Transcribe ${undecided.length} recordings`}
                </Button>
              </Group>
            </Stack>
          )}
        </Paper>
      )}
    </Stack>
  );
}

function CreditNotice({ minimumMicroAud }: { minimumMicroAud: number }) {
  const { availableMicroAud } = useSession();
  if (availableMicroAud >= minimumMicroAud) return null;
  return (
    <Alert color="yellow" variant="light" title="Not enough credit">
      You have {formatMoney(availableMicroAud)} left, and a new recording needs at least{' '}
      {formatMoney(minimumMicroAud)}.{' '}
      <Anchor component={Link} to="/billing" inherit>
        Top up
      </Anchor>
    </Alert>
  );
}

/** What is missing, and how to mend it, stands at the top of every page. */
function NotYet() {
  return (
    <Paper withBorder p="xl" ta="center">
      <Text c="dimmed">You can add recordings as soon as your e-mail address is confirmed.</Text>
    </Paper>
  );
}
