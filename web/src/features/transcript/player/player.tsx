import type { EditedSegment } from '@icana/contract/edits';
import { ActionIcon, Alert, Button, Group, NativeSelect, Text, VisuallyHidden } from '@mantine/core';
import {
  IconChevronsLeft,
  IconChevronsRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from '@tabler/icons-react';
import { memo, type Ref } from 'react';

import { formatDuration } from '../../../lib/format.ts';
import { SKIP_SECONDS, SPEEDS, usePlayback, type Playback } from './playback.ts';
import type { Loudness } from './waveform-bars.ts';
import { Waveform } from './waveform.tsx';
import classes from './player.module.css';

interface Props {
  readonly playback: Playback;
  /** Where the recording is to be had. */
  readonly source: string;
  readonly durationSeconds: number;
  readonly loudness: Loudness | null;
  readonly segments: readonly EditedSegment[];
  readonly ref: Ref<HTMLElement>;
}

/** The recording: to see, to play, to go anywhere in it. */
export const Player = memo(function Player({ ref, playback, source, ...recording }: Props) {
  const isBroken = usePlayback(playback, (it) => it.isBroken());
  return (
    <section ref={ref} className={classes['player']} aria-label="Player">
      {/* What is said is beside it, in full. */}
      <audio ref={playback.attach} src={source} preload="metadata" />
      {isBroken && (
        <Alert color="red" p="xs" role="alert">
          This browser cannot play the recording. The text can be read and edited all the same.
        </Alert>
      )}
      <Waveform playback={playback} {...recording} />
      <Controls playback={playback} durationSeconds={recording.durationSeconds} />
    </section>
  );
});

function Controls({ playback, durationSeconds }: { playback: Playback; durationSeconds: number }) {
  const isPlaying = usePlayback(playback, (it) => it.isPlaying());
  const PlayIcon = isPlaying ? IconPlayerPauseFilled : IconPlayerPlayFilled;
  return (
    <Group mt={6} wrap="nowrap" className={classes['controls']}>
      <Skip seconds={-SKIP_SECONDS} playback={playback} />
      <ActionIcon
        radius="xl"
        size="lg"
        aria-label={isPlaying ? 'Pause' : 'Play'}
        onClick={() => playback.toggle()}
      >
        <PlayIcon size={18} aria-hidden />
      </ActionIcon>
      <Skip seconds={SKIP_SECONDS} playback={playback} />
      <Text fz="sm" className={classes['time']}>
        <Elapsed playback={playback} />
        <span className={classes['total']}> / {formatDuration(durationSeconds)}</span>
      </Text>
      <Speed playback={playback} />
    </Group>
  );
}

function Skip({ seconds, playback }: { seconds: number; playback: Playback }) {
  const isBack = seconds < 0;
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className={classes['skip']}
      leftSection={isBack && <IconChevronsLeft size={16} aria-hidden />}
      rightSection={!isBack && <IconChevronsRight size={16} aria-hidden />}
      onClick={() => playback.skip(seconds)}
    >
      <VisuallyHidden>{isBack ? 'Back' : 'On'} </VisuallyHidden>
      {Math.abs(seconds)} s
    </Button>
  );
}

function Elapsed({ playback }: { playback: Playback }) {
  return formatDuration(usePlayback(playback, (it) => Math.floor(it.seconds())));
}

function Speed({ playback }: { playback: Playback }) {
  const speed = usePlayback(playback, (it) => it.speed());
  return (
    <NativeSelect
      aria-label="Speed"
      size="xs"
      ml="auto"
      value={String(speed)}
      data={SPEEDS.map((each) => ({ value: String(each), label: `${each}×` }))}
      onChange={({ currentTarget }) => playback.setSpeed(Number(currentTarget.value))}
    />
  );
}
