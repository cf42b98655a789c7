import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Lane } from './process/pool.ts';
import type { RecogniserModel } from './recognise/recogniser-model.ts';
import { markOverlaps } from './overlaps.ts';
import { endingBy, segmentEndingBy } from './recording-end.ts';
import { composeSegments, composeSuppressed, numberSpeakers } from './segments.ts';
import { joinSentences } from './sentences.ts';
import { readChunkFile, writeChunkFile, type StoredWindow } from './speech/chunk-file.ts';
import { groupChunks, secondsOf } from './speech/chunks.ts';
import { FRAME_SECONDS } from './speech/detector.ts';
import type { PreparedPart, SpeechWindow } from './speech/prepare.ts';
import { END_PROBABILITY } from './speech/regions.ts';
import { judge } from './suppression.ts';
import type {
  Chunk,
  Measure,
  PreparedRecording,
  RecognisedChunk,
  Segment,
  SpeakerHint,
  SpeechRegion,
  Transcript,
} from './types.ts';

/*
 * The way of a recording, in steps that can be taken apart: prepare (decode, find speech, tell speakers apart),
 * recognise (chunk by chunk, while the rest is still read, on this machine or another), compose. They run on as many
 * engine processes as the pool has; the functions here only orchestrate. Words outside detected speech do not exist,
 * because only speech is ever recognised.
 */

/** What the steps work with. */
export interface Workplace {
  readonly lane: Lane;
  /** Told how long a process was busy with what. */
  readonly onMeasured: (measure: Measure) => void;
  /** How much of the step is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export interface Recording {
  readonly path: string;
  readonly hint: SpeakerHint;
  /** An empty folder of this run's own, for the decoded audio: 64 kB for each second. */
  readonly workDir: string;
  readonly maxDurationSeconds: number;
  /** Path of the model that hears the voice change, where one is installed. */
  readonly segmentation?: string | undefined;
}

/** A process that reads more than this is held up for long. */
const LONG_SECONDS = 300;

/**
 * Reads a recording: where speech is, in chunks that can be recognised apart, and who speaks when. The same recording
 * always gives the same chunks.
 *
 * @param onChunk takes each chunk as soon as it is final; its file is there until the promise resolves
 * @returns once all chunks have been taken
 * @throws UnusableAudioError when the recording itself is at fault
 */
export async function prepare(
  { path, hint, workDir, maxDurationSeconds, segmentation }: Recording,
  { lane, onMeasured, onProgress, onChunk }: Workplace & { onChunk: (chunk: Chunk) => Promise<void> },
): Promise<PreparedRecording> {
  const pcm = join(workDir, 'audio.pcm');
  const channelLevels = join(workDir, 'channel-levels.f32');
  const regions: SpeechRegion[] = [];
  const levels: Uint8Array[] = [];
  const grouper = groupChunks<SpeechWindow>();
  const taken: Promise<void>[] = [];

  async function give(number: number, windows: readonly SpeechWindow[]): Promise<void> {
    const file = join(workDir, `chunk-${number}`);
    await writeChunkFile(file, { recording: pcm, windows });
    const { start } = windows[0]!;
    const { end } = windows.at(-1)!;
    await onChunk({ number, start, end, speechSeconds: secondsOf(windows), path: file });
    await rm(file);
  }
  const giveAll = (chunks: SpeechWindow[][]) => {
    for (const windows of chunks) taken.push(orCancel(give(taken.length, windows)));
  };

  /** Reading on is no use when a chunk could not be taken. */
  function orCancel(giving: Promise<void>): Promise<void> {
    giving.catch((error: Error) => lane.cancel(error));
    return giving;
  }

  const { durationSeconds: declaredSeconds } = await lane.run('probe', { path });
  const isLong = declaredSeconds > LONG_SECONDS;
  const take = (part: PreparedPart) => {
    regions.push(...part.regions);
    levels.push(part.levels);
    giveAll(grouper.push(part.windows));
    onProgress(Math.min(1, part.decodedSeconds / declaredSeconds));
  };
  const measured = (stage: Measure['stage']) => (busySeconds: number) =>
    onMeasured({ stage, audioSeconds: declaredSeconds, busySeconds });
  const durationSeconds = await lane.run(
    'prepare',
    { input: path, output: pcm, channelLevels, maxDurationSeconds, declaredSeconds },
    { onEvent: take, isLong, onBusy: measured('prepare') },
  );
  giveAll(grouper.finish());
  onProgress(1);
  const speech = regions.map((region) => endingBy(region, durationSeconds));
  const { turns, evidence, overlaps } = await lane.run(
    'speakers',
    { pcm, channelLevels, regions: speech, hint, segmentation },
    { isLong, onBusy: measured('speakers') },
  );
  await Promise.all(taken);
  return {
    durationSeconds,
    chunkCount: taken.length,
    turns,
    overlaps,
    speakerEvidence: evidence,
    levels: Buffer.concat(levels).toString('base64'),
  };
}

/** Recognises a chunk, by its file: words with times and confidence, and what is better not believed. */
export async function recogniseChunk(
  { path, model, prompt }: { path: string; model: RecogniserModel; prompt: string | undefined },
  { lane, onMeasured, onProgress }: Workplace,
): Promise<RecognisedChunk> {
  const windows = await readChunkFile(path);
  const wholeSeconds = secondsOf(windows);
  let doneSeconds = 0;

  async function recognise(window: StoredWindow): Promise<RecognisedChunk> {
    const { start, end, from, to, speech } = window;
    const audioSeconds = end - start;
    const onBusy = (busySeconds: number) => onMeasured({ stage: 'recognise', audioSeconds, busySeconds });
    const recognition = await lane.run(
      'recognise',
      { pcm: path, from, to, speech, model, prompt },
      { onBusy },
    );
    doneSeconds += audioSeconds;
    onProgress(doneSeconds / wholeSeconds);
    const { language } = recognition;
    const languages = language === undefined ? undefined : { [language]: audioSeconds };
    return { ...judge(recognition, window, speechSecondsOf(window)), languages };
  }
  return joined(await Promise.all(windows.map(recognise)));
}

function speechSecondsOf({ speech }: SpeechWindow): number {
  return speech.filter((probability) => probability >= END_PROBABILITY).length * FRAME_SECONDS;
}

const joined = (parts: readonly RecognisedChunk[]) => ({
  words: parts.flatMap(({ words }) => words),
  suppressed: parts.flatMap(({ suppressed }) => suppressed),
  languages: addedUp(parts.map(({ languages = {} }) => languages)),
});

type SecondsByLanguage = NonNullable<RecognisedChunk['languages']>;

function addedUp(parts: readonly SecondsByLanguage[]): SecondsByLanguage {
  const sums: Record<string, number> = {};
  for (const [language, seconds] of parts.flatMap(Object.entries<number>)) {
    sums[language] = (sums[language] ?? 0) + seconds;
  }
  return sums;
}

function mostOf(languages: SecondsByLanguage): string | undefined {
  return Object.entries(languages).toSorted(([, one], [, other]) => other - one)[0]?.[0];
}

/** Gives each word to its speaker. Needs nothing but its arguments. */
export function composeTranscript(
  { durationSeconds, turns, overlaps = [], speakerEvidence, levels }: PreparedRecording,
  chunks: readonly RecognisedChunk[],
): Transcript {
  const { words: heard, suppressed, languages } = joined(chunks);
  const words = markOverlaps(heard, overlaps);
  const numberOf = numberSpeakers();
  const segments = joinSentences(composeSegments(words, turns, numberOf), words);
  const speakerCount = new Set(segments.map(({ speaker }) => speaker)).size;
  const cut = <Each extends Segment>(each: Each) => segmentEndingBy(each, durationSeconds);
  return {
    durationSeconds,
    speakerCount,
    detectedLanguage: mostOf(languages),
    segments: segments.map(cut),
    suppressed: composeSuppressed(suppressed, turns, numberOf).map(cut),
    speakerEvidence,
    levels,
  };
}

/**
 * All steps here and now.
 *
 * @param workplace.recognitionLane where chunks are recognised, beside the lane of the other steps
 */
export async function transcribe(
  { model, prompt, ...recording }: Recording & { model: RecogniserModel; prompt: string | undefined },
  { recognitionLane, ...workplace }: Workplace & { recognitionLane: Lane },
): Promise<Transcript> {
  const progress = trackProgress(workplace.onProgress);
  const chunks: RecognisedChunk[] = [];
  const prepared = await prepare(recording, {
    ...workplace,
    onProgress: (share) => progress.prepared(share),
    async onChunk({ number, path, speechSeconds }) {
      const onProgress = progress.found(speechSeconds);
      chunks[number] = await recogniseChunk(
        { path, model, prompt },
        { ...workplace, lane: recognitionLane, onProgress },
      );
    },
  });
  progress.finished();
  return composeTranscript(prepared, chunks);
}

/** Reading the audio is this part of the work, recognising it the rest. */
const PREPARING_SHARE = 0.15;

/** How much of the whole is done, 0 to 1, by how much was read and how much of the speech in it was recognised. */
export function fractionDone(done: { prepared: number; foundSeconds: number; recognisedSeconds: number }) {
  const recognised = done.foundSeconds > 0 ? done.recognisedSeconds / done.foundSeconds : 0;
  return Math.min(1, done.prepared * (PREPARING_SHARE + (1 - PREPARING_SHARE) * recognised));
}

function trackProgress(onProgress: (fraction: number) => void) {
  const done = { prepared: 0, foundSeconds: 0, recognisedSeconds: 0 };
  let reported = 0;

  /** What is found makes the fraction smaller, which is not told. */
  function advance(fraction: number) {
    if (fraction <= reported) return;
    reported = fraction;
    onProgress(fraction);
  }

  return {
    prepared(share: number) {
      done.prepared = share;
      advance(fractionDone(done));
    },
    /** Answers with what is to be told how much of it is recognised. */
    found(seconds: number): (share: number) => void {
      done.foundSeconds += seconds;
      let before = 0;
      return (share) => {
        done.recognisedSeconds += (share - before) * seconds;
        before = share;
        advance(fractionDone(done));
      };
    },
    finished: () => advance(1),
  };
}
