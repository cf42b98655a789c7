import { useComputedColorScheme } from '@mantine/core';
import type { EditedSegment } from '@icana/contract/edits';
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import WaveSurfer from 'wavesurfer.js';

import { formatDuration } from '../../../lib/format.ts';
import { colorOf, NOBODY, type ColorScheme } from '../speakers/speaker-colors.ts';
import { usePlayback, type Playback } from './playback.ts';
import { barsOf, type Loudness } from './waveform-bars.ts';
import classes from './waveform.module.css';

/** In pixels of the page. */
const [BAR_WIDTH, BAR_GAP, LEAST_HEIGHT] = [2, 1, 2];

interface Props {
  readonly playback: Playback;
  readonly durationSeconds: number;
  readonly loudness: Loudness | null;
  readonly segments: readonly EditedSegment[];
}

/** The whole recording: how loud it is, who speaks when, what is played now. A click or a key goes elsewhere. */
export function Waveform({ playback, durationSeconds, loudness, segments }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(null);
  const scheme = useComputedColorScheme('light');
  const draw = useMemo(
    () => drawing({ durationSeconds, loudness, spoken: segments, scheme }),
    [durationSeconds, loudness, segments, scheme],
  );

  useEffect(() => {
    const media = playback.audio();
    if (!container.current || !media) return undefined;
    const created = WaveSurfer.create({
      container: container.current,
      height: 'auto',
      media,
      duration: durationSeconds,
      // It is drawn from what is known already: nothing of the recording is fetched for it.
      peaks: [[0]],
      dragToSeek: { debounceTime: 0 },
    });
    surfer.current = created;
    return () => {
      surfer.current = null;
      created.destroy();
    };
  }, [playback, durationSeconds]);
  useEffect(() => {
    const [progressColor, cursorColor] =
      scheme === 'light' ? ['rgb(0 0 0 / 35%)', '#000'] : ['rgb(0 0 0 / 45%)', '#fff'];
    surfer.current?.setOptions({ renderFunction: draw, progressColor, cursorColor });
  }, [draw, scheme]);

  const toEdge = (event: KeyboardEvent) => {
    if (event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    playback.seek(event.key === 'Home' ? 0 : durationSeconds);
  };
  const seconds = usePlayback(playback, (it) => Math.floor(it.seconds()));
  return (
    <div
      ref={container}
      className={classes['waveform']}
      role="slider"
      tabIndex={0}
      aria-label="Place in the recording"
      aria-valuemin={0}
      aria-valuemax={Math.floor(durationSeconds)}
      aria-valuenow={seconds}
      aria-valuetext={`${formatDuration(seconds)} of ${formatDuration(durationSeconds)}`}
      onKeyDown={toEdge}
    />
  );
}

function drawing(recording: {
  durationSeconds: number;
  loudness: Loudness | null;
  spoken: readonly EditedSegment[];
  scheme: ColorScheme;
}) {
  const { scheme, ...rest } = recording;
  return (_peaks: unknown, context: CanvasRenderingContext2D): void => {
    const { width, height } = context.canvas;
    const scale = window.devicePixelRatio;
    const step = (BAR_WIDTH + BAR_GAP) * scale;
    const bars = barsOf({ ...rest, count: Math.max(1, Math.floor(width / step)) });
    for (const [index, bar] of bars.entries()) {
      const barHeight = Math.max(LEAST_HEIGHT * scale, bar.height * height);
      context.fillStyle = bar.speaker === undefined ? NOBODY[scheme] : colorOf(bar.speaker, scheme);
      context.fillRect(index * step, (height - barHeight) / 2, BAR_WIDTH * scale, barHeight);
    }
  };
}
