import { Group, Paper, SegmentedControl, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import type { DashboardJob } from '@icana/contract/app';
import { useState } from 'react';

import { PagedList } from '../../../ui/paged-list.tsx';
import { RuledList } from '../../../ui/ruled-list.tsx';
import { JobRow } from './job-row.tsx';
import { stateWords } from './job-words.ts';
import type { JobFilter } from './jobs-query.ts';
import { useJobList } from './use-job-list.ts';

const STATES = [
  { value: 'all', label: 'All' },
  { value: 'open', label: 'In progress' },
  { value: 'completed', label: 'Done' },
  { value: 'failed', label: 'Failed' },
];
const TYPED_MS = 250;
/** As much as the service takes. */
const MAX_SEARCH_LENGTH = 100;

/** All recordings of the account, each as it is at the moment. */
export function JobList() {
  const [state, setState] = useState<JobFilter['state']>('all');
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), TYPED_MS);
  const { list, jobs } = useJobList({ state, search });
  const isNarrowed = state !== 'all' || search !== '';
  // Of the newest question: what still shows of the one before says nothing of this.
  const hasNone = jobs?.length === 0 && !isNarrowed && !list.isPlaceholderData;
  return (
    <Stack component="section" aria-label="All recordings" gap="md" mt="xl">
      {!hasNone && <Narrowing state={state} onState={setState} text={text} onText={setText} />}
      <PagedList
        query={list}
        count={jobs?.length}
        empty={<Nothing isNarrowed={isNarrowed} />}
        more="Show older ones"
      >
        <Paper withBorder>
          <RuledList>
            {jobs?.map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </RuledList>
        </Paper>
      </PagedList>
      <Announcement jobs={jobs ?? []} />
    </Stack>
  );
}

function Narrowing(props: {
  state: JobFilter['state'];
  onState: (state: JobFilter['state']) => void;
  text: string;
  onText: (text: string) => void;
}) {
  const { state, onState, text, onText } = props;
  return (
    <Group justify="space-between" gap="sm">
      <SegmentedControl
        data={STATES}
        value={state}
        // One of the values above.
        onChange={(value) => onState(value as JobFilter['state'])}
        aria-label="Which recordings"
        size="sm"
      />
      <TextInput
        type="search"
        aria-label="Search in names"
        placeholder="Search in names"
        leftSection={<IconSearch size={16} aria-hidden />}
        maxLength={MAX_SEARCH_LENGTH}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        w={{ base: '100%', xs: 240 }}
      />
    </Group>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Text fw={500}>{isNarrowed ? 'No recording matches.' : 'No recordings yet.'}</Text>
      <Text c="dimmed" fz="sm" mt={4}>
        {isNarrowed
          ? 'Choose “All”, or search for another part of the name.'
          : 'Add one above. Its text, with who said what, shows here a little later.'}
      </Text>
    </Paper>
  );
}

/** Says to who does not see the list what has become of the newest in it. */
function Announcement({ jobs }: { jobs: readonly DashboardJob[] }) {
  const [newest] = jobs;
  return (
    <VisuallyHidden role="status">{newest ? `${newest.filename}: ${stateWords(newest)}` : ''}</VisuallyHidden>
  );
}
