import type { UsageHistory } from '@icana/contract/app';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { Section } from '../../ui/section.tsx';
import { formatSpan } from './usage-words.ts';

type Pace = UsageHistory['pace'];

/** The promise that every recording comes to an end, and how it is kept. */
export function PaceSection({ pace, failed }: { pace: Pace; failed: number }) {
  return (
    <Section title="Nothing gets stuck">
      <Text fz="sm">
        Every recording ends, with a transcript or with the reason why there is none; one that fails costs
        nothing. Should a part of the service break down, another takes over within a minute.
      </Text>
      <Text fz="sm">
        <PastWords pace={pace} failed={failed} /> <Running pace={pace} />
      </Text>
    </Section>
  );
}

function PastWords({ pace: { slowestMs, completed }, failed }: { pace: Pace; failed: number }) {
  const failures = failed === 0 ? 'none failed' : `${failed} failed, without charge`;
  if (slowestMs === null) return failed === 0 ? null : <>In these days {failures}.</>;
  return (
    <>
      In these days {completed === 1 ? 'one recording was' : `${completed} recordings were`} transcribed and{' '}
      {failures}. The slowest took <strong>{formatSpan(slowestMs)}</strong> from the start of its upload to
      its transcript.
    </>
  );
}

function Running({ pace: { running, longest } }: { pace: Pace }) {
  const now = useNow();
  if (!longest) return <>Nothing is in progress at the moment.</>;
  const since = Math.max(0, now - Date.parse(longest.since));
  return (
    <>
      {running === 1 ? 'One recording is' : `${running} recordings are`} in progress;{' '}
      {running === 1 ? 'it' : 'the longest of them'},{' '}
      <Anchor
        component={Link}
        to={`/jobs/${longest.id}`}
        inherit
        underline="always"
        style={{ overflowWrap: 'anywhere' }}
      >
        {longest.fileName}
      </Anchor>
      , for <strong>{formatSpan(since)}</strong>.
    </>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
