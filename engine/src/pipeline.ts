import { join } from 'node:path';

import type { Lane } from './process/pool.ts';
import { composeSegments } from './segments.ts';
import { FRAME_SECONDS } from './speech/detector.ts';
import type { PreparedPart, SpeechWindow } from './speech/prepare.ts';
import { END_PROBABILITY } from './speech/regions.ts';
import { suppress } from './suppression.ts';
import type { SpeakerHint, SpeechRegion, SuppressedSegment, Transcript, Word } from './types.ts';

export interface Recording {
  readonly path: string;
  readonly hint: SpeakerHint;
  /** An empty folder of this run's own, for the decoded audio: 32 kB for each second. */
  readonly workDir: string;
  readonly maxDurationSeconds: number;
}

/** How far a transcription has come, 0 to 1. Never goes back. */
export type OnProgress = (fraction: number) => void;

/** Reading the audio is this part of the work, recognising it the rest. */
const PREPARING_SHARE = 0.15;

/**
 * The way of a recording: decode and find speech → recognise window by window, while reading on → tell the speakers
 * apart → give each word to its speaker. Runs on as many engine processes as the pool has; this function only
 * orchestrates. Words outside detected speech do not exist, because only speech is ever recognised.
 *
 * @throws UnusableAudioError when the recording itself is at fault
 */
export async function transcribe(
  { path, hint, workDir, maxDurationSeconds }: Recording,
  lane: Lane,
  onProgress: OnProgress,
): Promise<Transcript> {
  const pcm = join(workDir, 'audio.pcm');
  const channelLevels = join(workDir, 'channel-levels.f32');
  const regions: SpeechRegion[] = [];
  const windows: Promise<RecognisedWindow>[] = [];
  const progress = trackProgress(onProgress);

  const { durationSeconds: declaredSeconds } = await lane.run('probe', { path });
  const take = (part: PreparedPart) => {
    regions.push(...part.regions);
    windows.push(...part.windows.map((window) => expected(recogniseWindow(lane, pcm, window, progress))));
    progress.prepared(part.decodedSeconds / declaredSeconds);
  };
  const durationSeconds = await lane.run(
    'prepare',
    { input: path, output: pcm, channelLevels, maxDurationSeconds, declaredSeconds },
    { onEvent: take },
  );
  progress.prepared(1);
  const speakers = lane.run('speakers', { pcm, channelLevels, regions, hint }, { first: true });

  const [{ turns, evidence }, ...recognised] = await Promise.all([speakers, ...windows]);
  progress.finished();
  const segments = composeSegments(
    recognised.flatMap(({ words }) => words),
    turns,
  );
  return {
    durationSeconds,
    speakerCount: new Set(segments.map(({ speaker }) => speaker)).size,
    segments,
    suppressed: recognised.flatMap(({ suppressed }) => suppressed),
    speakerEvidence: evidence,
  };
}

interface RecognisedWindow {
  readonly words: readonly Word[];
  readonly suppressed: readonly SuppressedSegment[];
}

/** The promise is awaited later: that it fails before then is no unhandled rejection. */
function expected<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function recogniseWindow(
  lane: Lane,
  pcm: string,
  window: SpeechWindow,
  progress: Progress,
): Promise<RecognisedWindow> {
  const seconds = window.end - window.start;
  progress.found(seconds);
  const recognition = await lane.run('recognise', { pcm, window });
  progress.recognised(seconds);
  const words = recognition.words.map((word) => ({
    ...word,
    start: word.start + window.start,
    end: word.end + window.start,
  }));
  const speechSeconds =
    window.speech.filter((probability) => probability >= END_PROBABILITY).length * FRAME_SECONDS;
  const suppressed = suppress(recognition, window, speechSeconds);
  return suppressed ? { words: [], suppressed: [suppressed] } : { words, suppressed: [] };
}

type Progress = ReturnType<typeof trackProgress>;

function trackProgress(onProgress: OnProgress) {
  let prepared = 0;
  let found = 0;
  let recognised = 0;
  let reported = 0;

  function report() {
    const fraction =
      prepared * (PREPARING_SHARE + (1 - PREPARING_SHARE) * (found > 0 ? recognised / found : 0));
    advance(Math.min(fraction, 1));
  }

  function advance(fraction: number) {
    if (fraction <= reported) return;
    reported = fraction;
    onProgress(fraction);
  }

  return {
    prepared(fraction: number) {
      prepared = Math.min(fraction, 1);
      report();
    },
    found(seconds: number) {
      found += seconds;
    },
    recognised(seconds: number) {
      recognised += seconds;
      report();
    },
    finished: () => advance(1),
  };
}
