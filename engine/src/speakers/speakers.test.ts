import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeWithSpeech, speechFile, speechFiles } from '../../../test/support/speech-recordings.ts';
import { parseRttm } from '../../bench/references/rttm.ts';
import {
  diarizationErrorRate,
  diarizationErrors,
  poolDiarizationErrors,
} from '../../bench/scoring/diarization-errors.ts';
import type { PcmFile } from '../audio/pcm-file.ts';
import type { SpeakerHint, SpeakerTurn, SpeechRegion } from '../types.ts';
import { seededRandom } from './random.ts';
import { decodeFile, joinRecordings, pcmOf } from './recordings.fixture.ts';
import { recountSpeakers } from './recount.ts';
import { analyseSpeakers } from './speakers.ts';
import { loadSpeakerNet, type SpeakerNet } from './voice/speaker-net.ts';

let net: SpeakerNet;
beforeAll(async () => {
  net = await loadSpeakerNet();
});
afterAll(() => net.close());

interface Talk {
  readonly pcm: PcmFile;
  readonly regions: SpeechRegion[];
}

const analyse = async ({ pcm, regions }: Talk, hint: SpeakerHint = {}): Promise<SpeakerTurn[]> =>
  (await analyseSpeakers({ pcm, regions, hint, net })).turns;
const speakersIn = (turns: readonly SpeakerTurn[]): number =>
  new Set(turns.map(({ speaker }) => speaker)).size;

/** Noise through two different colours, taking turns: enough of a difference to have two "voices". */
function colouredNoise(seconds: number): PcmFile {
  const random = seededRandom(4);
  const samples = new Float32Array(seconds * 16_000);
  let before = 0;
  for (let i = 0; i < samples.length; i++) {
    const sign = Math.floor(i / 48_000) % 2 ? -0.8 : 0.8;
    before = sign * before + (random() - 0.5) * 0.2;
    samples[i] = before;
  }
  return pcmOf(samples);
}

describe('speaker analysis', () => {
  it('of a recording without speech gives no turns', async () => {
    expect(await analyse({ pcm: colouredNoise(1), regions: [] })).toEqual([]);
    expect(await analyse({ pcm: pcmOf(new Float32Array(0)), regions: [] }, { numSpeakers: 3 })).toEqual([]);
  });

  it('of a moment of speech gives one speaker, even where more are hinted at', async () => {
    const talk = { pcm: colouredNoise(2), regions: [{ start: 0.3, end: 0.9 }] };
    const oneTurn = [{ start: 0.3, end: 0.9, speaker: 0 }];
    for (const hint of [{}, { numSpeakers: 4 }, { minSpeakers: 2, maxSpeakers: 3 }]) {
      expect(await analyse(talk, hint)).toEqual(oneTurn);
    }
  });

  it('gives turns that cover the speech in order, the same ones every time', async () => {
    const talk = {
      pcm: colouredNoise(24),
      regions: [
        { start: 0.1, end: 13.333 },
        { start: 14, end: 23.99 },
      ],
    };
    for (const hint of [{}, { numSpeakers: 2 }]) {
      const turns = await analyse(talk, hint);
      expect(await analyse(talk, hint)).toEqual(turns);
      expect(turns[0]).toMatchObject({ start: 0.1, speaker: 0 });
      expect(turns.at(-1)!.end).toBe(23.99);
      turns.slice(1).forEach(({ start }, i) => expect([turns[i]!.end, 14]).toContain(start));
    }
  });

  it('tells sounds apart where they change, to a fifth of a second', async () => {
    const talk = { pcm: colouredNoise(12), regions: [{ start: 0, end: 12 }] };
    const turns = await analyse(talk, { numSpeakers: 2 });
    expect(turns.map(({ speaker }) => speaker)).toEqual([0, 1, 0, 1]);
    turns.forEach(({ start }, i) => expect(Math.abs(start - 3 * i)).toBeLessThan(0.2));
  });

  it('asked for one speaker gives every region to that one', async () => {
    const regions = [
      { start: 0, end: 5 },
      { start: 6, end: 11 },
    ];
    const turns = await analyse({ pcm: colouredNoise(12), regions }, { maxSpeakers: 1 });
    expect(turns).toEqual(regions.map((region) => ({ ...region, speaker: 0 })));
  });
});

describeWithSpeech('speaker analysis of real voices', () => {
  const talks = ['sim2_a', 'sim3_a', 'sim4_overlap'];

  it('with the number of speakers given is wrong for less than 12 % of simulated talks', async () => {
    const errors = [];
    for (const name of talks) {
      const reference = readReference(name);
      const talk = { pcm: decodeFile(speechFile(`diarization/${name}.flac`)), regions: union(reference) };
      const turns = await analyse(talk, {
        numSpeakers: new Set(reference.map(({ speaker }) => speaker)).size,
      });
      const hypothesis = turns.map((turn) => ({ ...turn, speaker: String(turn.speaker) }));
      errors.push(diarizationErrors({ reference, hypothesis, collarSeconds: 0.25 }));
    }
    expect(diarizationErrorRate(poolDiarizationErrors(errors))).toBeLessThan(0.12);
  });

  it('finds how many people speak, and keeps to bounds', async () => {
    const reference = readReference('sim3_a');
    const talk = { pcm: decodeFile(speechFile('diarization/sim3_a.flac')), regions: union(reference) };
    expect(speakersIn(await analyse(talk))).toBe(3);
    expect(speakersIn(await analyse(talk, { maxSpeakers: 2 }))).toBe(2);
    expect(speakersIn(await analyse(talk, { minSpeakers: 4, maxSpeakers: 5 }))).toBeGreaterThanOrEqual(4);
  });

  it('answers another number of speakers from the evidence as it would from the audio', async () => {
    const reference = readReference('sim2_a');
    const talk = { pcm: decodeFile(speechFile('diarization/sim2_a.flac')), regions: union(reference) };
    const { turns, evidence } = await analyseSpeakers({ ...talk, hint: {}, net });
    const kept = JSON.parse(JSON.stringify(evidence)) as typeof evidence;
    expect(recountSpeakers(kept, {})).toEqual(turns);
    expect(recountSpeakers(kept, { numSpeakers: 3 })).toEqual(await analyse(talk, { numSpeakers: 3 }));
    expect(JSON.stringify(kept).length).toBeLessThan(60 * talk.pcm.durationSeconds);
  });

  it('takes the channels of a call for its speakers, and finds more of them only when told', async () => {
    const reference = readReference('sim3_a');
    const [first] = reference;
    const pcm = decodeFile(speechFile('diarization/sim3_a.flac'));
    const sideOf = (time: number) =>
      reference.some(({ start, end, speaker }) => speaker === first!.speaker && start <= time && time < end)
        ? 0
        : 1;
    const talk = { pcm, regions: union(reference), channelLevels: levelsByChannel(pcm, sideOf) };
    const { turns, evidence } = await analyseSpeakers({ ...talk, hint: {}, net });
    for (const { start, end, speaker } of turns) {
      if (end - start > 1) expect(sideOf((start + end) / 2)).toBe(speaker);
    }
    expect(speakersIn(turns)).toBe(2);
    expect(speakersIn(recountSpeakers(evidence, { numSpeakers: 3 }))).toBe(3);
    expect(speakersIn(recountSpeakers(evidence, { numSpeakers: 1 }))).toBe(1);
  });

  it.each(['1688', '2414', '3005', '3331', '533'])('hears reader %s as one person', async (reader) => {
    const clips = speechFiles('asr').filter((name) => name.startsWith(`ls-other-${reader}-`));
    const talk = joinRecordings(clips.map((clip) => decodeFile(speechFile(`asr/${clip}`))));
    expect(speakersIn(await analyse(talk))).toBe(1);
  });
});

const readReference = (name: string) =>
  parseRttm(readFileSync(speechFile(`diarization/${name}.rttm`), 'utf8'));

/** The levels of a recording whose sound is on one of two channels at a time. */
function levelsByChannel(pcm: PcmFile, sideOf: (time: number) => number): Float32Array {
  const samples = pcm.read(0, pcm.sampleCount);
  const levels = new Float32Array(2 * Math.floor(samples.length / 160));
  for (let step = 0; step < levels.length / 2; step++) {
    const energy = samples.subarray(step * 160, (step + 1) * 160).reduce((sum, x) => sum + x * x, 0);
    levels[2 * step + sideOf(step / 100)] = energy / 160;
  }
  return levels;
}

/** Where anybody speaks: what a perfect detector would find. */
function union(turns: readonly SpeechRegion[]): SpeechRegion[] {
  const regions: SpeechRegion[] = [];
  for (const { start, end } of turns.toSorted((a, b) => a.start - b.start)) {
    const last = regions.at(-1);
    if (last && start <= last.end)
      regions[regions.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else regions.push({ start, end });
  }
  return regions;
}
