import type { Worker } from '@icana/contract/app';
import { Badge, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';

import { formatTime } from '../../../lib/format.ts';
import { RowsTable, type Column } from '../../../ui/rows-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { formatAge } from '../ages.ts';
import { workersQuery } from '../operator-queries.ts';

const ROLES = { all: 'serves and works', api: 'serves', worker: 'works' };

const COLUMNS: readonly Column<Worker>[] = [
  {
    heading: 'Process',
    cell: ({ hostName, processId, isThis, role }) => (
      <>
        <strong>{hostName}</strong>, process {processId}
        <Text fz="xs" c="dimmed">
          {ROLES[role]}
          {isThis && '; you are talking to it'}
        </Text>
      </>
    ),
  },
  { heading: 'Version', cell: ({ version }) => version },
  {
    heading: 'Engine processes',
    kind: 'number',
    cell: ({ engineProcesses, engineProcessesAlive }) => `${engineProcessesAlive} of ${engineProcesses}`,
  },
  { heading: 'Models', kind: 'number', cell: ({ models }) => models.length },
  { heading: 'Started', kind: 'time', cell: ({ startedAt }) => formatTime(startedAt) },
  {
    heading: 'State',
    cell: ({ isGone, seenAt }) =>
      isGone ? (
        <Badge color="red" variant="light" tt="none">
          Gone for {formatAge(seenAt)}
        </Badge>
      ) : (
        <Badge color="brand" variant="light" tt="none">
          Running
        </Badge>
      ),
  },
];

/** The processes that serve and work, on all machines. */
export function WorkersSection() {
  const { data } = useSuspenseQuery(workersQuery);
  return (
    <Section title="Processes">
      <RowsTable label="Processes" columns={COLUMNS} rows={data.workers} keyOf={({ id }) => id} />
      <Text fz="xs" c="dimmed">
        Each tells every ten seconds that it is there. One that was silent for a minute is gone; after a day
        it is forgotten.
      </Text>
    </Section>
  );
}
