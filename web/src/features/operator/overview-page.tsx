import type { Overview } from '@icana/contract/app';
import { Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';

import { formatBytes } from '../../lib/format.ts';
import { FigureTile } from '../../ui/figure-tile.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionsTable } from './actions-table.tsx';
import { formatAge } from './ages.ts';
import { actionsQuery, overviewQuery, workersQuery } from './operator-queries.ts';

const LATEST = 5;
/** Below this share of the disk, uploads are about to fail. */
const LOW_SHARE = 0.05;

/** Whether all is well, and where to look when it is not. */
export function OverviewPage() {
  const { data: overview } = useSuspenseQuery(overviewQuery);
  const { data: processes } = useSuspenseQuery(workersQuery);
  const gone = processes.workers.filter(({ isGone }) => isGone).length;
  return (
    <>
      <PageTitle title="Operator" note="How this service is doing. Brought up to date every five seconds." />
      <Stack gap="lg">
        <Troubles overview={overview} gone={gone} />
        <Figures overview={overview} running={processes.workers.length - gone} />
        <LatestActions />
      </Stack>
    </>
  );
}

function Troubles({ overview: { failing, disk }, gone }: { overview: Overview; gone: number }) {
  const troubles = [
    ...failing.map((part) => `Out of order: ${part}. The log of the service says why.`),
    ...(disk.freeBytes < LOW_SHARE * disk.totalBytes
      ? [`Only ${formatBytes(disk.freeBytes)} of disk are left: soon no recording can be taken in.`]
      : []),
    ...(gone > 0
      ? [`${gone === 1 ? 'A process has' : `${gone} processes have`} gone without a word: see under System.`]
      : []),
  ];
  if (troubles.length === 0) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title="Look at this"
      role="status"
    >
      {troubles.map((trouble) => (
        <Text key={trouble} fz="sm">
          {trouble}
        </Text>
      ))}
    </Alert>
  );
}

function Figures({ overview, running }: { overview: Overview; running: number }) {
  const { accounts, openJobs, tasks, lastDay, oldestOpenAt, disk } = overview;
  const open = openJobs.reduce((sum, { count }) => sum + count, 0);
  const waiting = tasks.reduce((sum, task) => sum + task.waiting, 0);
  const active = tasks.reduce((sum, task) => sum + task.active, 0);
  const hours = (lastDay.audioMs / 3_600_000).toFixed(1);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
      <FigureTile
        label="Jobs in progress"
        figure={count(open)}
        note={
          <PageLink to="/admin/jobs" search={{ state: 'open' }} inherit underline="always">
            {oldestOpenAt === null ? 'Look at them' : `The oldest for ${formatAge(oldestOpenAt)}`}
          </PageLink>
        }
      />
      <FigureTile label="Queue" figure={`${count(waiting)} waiting`} note={`${count(active)} worked on`} />
      <FigureTile
        label="Processes"
        figure={count(running)}
        note={
          <PageLink to="/admin/system" inherit underline="always">
            What they are
          </PageLink>
        }
      />
      <FigureTile
        label="Last 24 hours"
        figure={`${count(lastDay.completed)} done`}
        note={
          <>
            {hours} hours of audio,{' '}
            <PageLink to="/admin/jobs" search={{ state: 'failed' }} inherit underline="always">
              {count(lastDay.failed)} failed
            </PageLink>
          </>
        }
      />
      <FigureTile
        label="Active accounts"
        figure={count(accounts.active)}
        note={`${count(accounts.unverified)} unverified, ${count(accounts.suspended)} suspended, ${count(accounts.closed)} closed`}
      />
      <FigureTile
        label="Disk left"
        figure={formatBytes(disk.freeBytes)}
        note={`Of ${formatBytes(disk.totalBytes)}, where this process keeps its data`}
      />
    </SimpleGrid>
  );
}

function LatestActions() {
  const { data } = useInfiniteQuery(actionsQuery());
  const actions = data?.pages[0]?.actions.slice(0, LATEST) ?? [];
  if (actions.length === 0) return null;
  return (
    <Section
      title="What operators did lately"
      aside={
        <PageLink to="/admin/log" fz="sm">
          All of it
        </PageLink>
      }
    >
      <ActionsTable actions={actions} />
    </Section>
  );
}

const count = (number: number): string => number.toLocaleString('en-AU');
