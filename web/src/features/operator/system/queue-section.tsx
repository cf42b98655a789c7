import type { Overview } from '@icana/contract/app';
import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';

import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { overviewQuery } from '../operator-queries.ts';

type Task = Overview['tasks'][number];

/** What each kind of task is, for people who have not read the program. */
const WORDS: Readonly<Record<string, string>> = {
  transcribe: 'Short recordings',
  prepare: 'Long recordings, being cut into parts',
  recognise: 'Parts of long recordings',
  'deliver-webhook': 'Messages to webhooks',
  'send-mail': 'Mails',
};

const COLUMNS: readonly Column<Task>[] = [
  { heading: 'Tasks', cell: ({ task }) => WORDS[task] ?? task },
  { heading: 'Waiting', kind: 'number', cell: ({ waiting }) => waiting.toLocaleString('en-AU') },
  { heading: 'Worked on', kind: 'number', cell: ({ active }) => active.toLocaleString('en-AU') },
];

/** How much waits, and how much is worked on. */
export function QueueSection() {
  const { data: overview } = useSuspenseQuery(overviewQuery);
  return (
    <Section title="Queue">
      <RowsTable label="The queue" columns={COLUMNS} rows={overview.tasks} keyOf={({ task }) => task} />
      <Text fz="xs" c="dimmed">
        Of the whole deployment, as of a few seconds ago.
      </Text>
    </Section>
  );
}
