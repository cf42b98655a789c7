import { describe, expect, it } from 'vitest';

import type { Stretch } from '../evidence/stretch.ts';
import { seededRandom } from '../random.ts';
import { findVoices } from './find-voices.ts';
import { sharePrints } from './share-prints.ts';
import { createLikeness, joined, type Voice } from './voices.ts';

const betweenVariances = Float64Array.from({ length: 20 }, () => 4);

/** Stretches of two seconds, one a letter: each voice has a place of its own, and its prints scatter round it. */
function talk(speakers: string, seconds = 2): Stretch[] {
  const random = seededRandom(6);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const places = new Map(
    ['A', 'B', 'C', 'D', 'E'].map((name) => [name, Array.from({ length: 20 }, () => 2 * normal())]),
  );
  return speakers.split('').map((name, i) => ({
    start: i * seconds,
    end: (i + 1) * seconds,
    print: Float32Array.from(places.get(name)!, (value) => value + normal()),
  }));
}

const find = (stretches: readonly Stretch[], { min = 1, max = 20 } = {}) => [
  ...findVoices({ stretches, betweenVariances, bounds: { min, max } }),
];

const voicesIn = (speakers: string) => new Set(find(sharePrints(talk(speakers), betweenVariances))).size;

const differentPrints = (stretches: readonly Stretch[]) => new Set(stretches.map(({ print }) => print)).size;

const voice = (place: number, seconds: number): Voice => ({
  mean: new Float64Array(20).fill(place),
  seconds,
  members: [],
});

describe('likeness', () => {
  const likeness = createLikeness(betweenVariances, 15);

  it('is the difference of the log densities of the two means as one voice and as two', () => {
    const width = createLikeness(Float64Array.of(4), 15);
    const [a, b] = [1.5, -0.5].map((x, i) => ({ mean: Float64Array.of(x), seconds: 5 + 5 * i, members: [] }));
    // Variances of the means: 0.2 + 1 / (0.2 · 5) = 1.2 and 0.2 + 1 / (0.2 · 10) = 0.7; of the voices: 4.
    const determinant = 5.2 * 4.7 - 16;
    const together =
      (4.7 * 1.5 ** 2 + 2 * 4 * 1.5 * 0.5 + 5.2 * 0.5 ** 2) / determinant + Math.log(determinant);
    const apart = 1.5 ** 2 / 5.2 + 0.5 ** 2 / 4.7 + Math.log(5.2 * 4.7);
    expect(width(a!, b!)).toBeCloseTo(-0.5 * (together - apart), 9);
  });

  it('of the same distance says less of short voices than of long ones', () => {
    expect(likeness(voice(-1, 1), voice(1, 1))).toBeGreaterThan(likeness(voice(-1, 60), voice(1, 60)));
    expect(likeness(voice(-1, 60), voice(1, 60))).toBeLessThan(0);
  });

  it('of the same distance says less in a long recording, where moods wander', () => {
    const inAnHour = createLikeness(betweenVariances, 3600);
    expect(inAnHour(voice(-1, 60), voice(1, 60))).toBeGreaterThan(likeness(voice(-1, 60), voice(1, 60)));
  });

  it('of joined voices goes by their mean, weighted by length', () => {
    const both = joined(voice(0, 1), voice(1, 3));
    expect(both.seconds).toBe(4);
    expect(both.mean[0]).toBeCloseTo(0.75);
  });
});

describe('voices', () => {
  it('are found, however many speak', () => {
    expect(find(talk('AAAAAA'))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(find(talk('ABAABBABAB'))).toEqual([0, 1, 0, 0, 1, 1, 0, 1, 0, 1]);
    expect(new Set(find(talk('ABCDABCDABCDABCD'))).size).toBe(4);
  });

  it('keep to the bounds', () => {
    expect(new Set(find(talk('ABCABCABC'), { max: 2 })).size).toBe(2);
    expect(new Set(find(talk('AAAAAAAA'), { min: 3, max: 3 })).size).toBe(3);
    expect(find(talk('AB'), { min: 3, max: 5 })).toEqual([0, 1]);
    expect(find([])).toEqual([]);
  });

  it('who say next to nothing are given to the voice most like theirs', () => {
    const stretches = talk('AAAAAABBBBBB');
    const cough = { ...talk('C', 0.4)[0]!, start: 24, end: 24.4 };
    expect(new Set(find([...stretches, cough])).size).toBe(2);
    expect(new Set(find([...stretches, cough], { min: 3 })).size).toBe(3);
  });

  it('of a few seconds count in a minute, and in an hour those of twenty', () => {
    expect(voicesIn(`${'AB'.repeat(15)}CC`)).toBe(3);
    expect(voicesIn(`${'AB'.repeat(900)}${'C'.repeat(8)}`)).toBe(2);
    expect(voicesIn(`${'AB'.repeat(900)}${'C'.repeat(12)}`)).toBe(3);
  });

  it('of a call are its channels, and more only where somebody knows of more', () => {
    const call = talk('ABACBABC').map((stretch, i) => ({ ...stretch, channel: i % 2 }));
    expect(find(call)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(find(call, { max: 1 })).toEqual(Array(8).fill(0));
    const three = find(call, { min: 3, max: 3 });
    expect(new Set(three).size).toBe(3);
    three.forEach((speaker, i) => expect(three.indexOf(speaker) % 2).toBe(i % 2));
  });
});

describe('prints', () => {
  it('of a short recording stay as they are', () => {
    const short = talk('ABC'.repeat(50));
    expect(sharePrints(short, betweenVariances)).toEqual(short);
  });

  it('of a talk of hours are few, and its voices the same at its beginning and at its end', () => {
    const hours = sharePrints(talk('ABC'.repeat(1800)), betweenVariances);
    expect(differentPrints(hours)).toBeLessThanOrEqual(300);
    expect(differentPrints(hours)).toBeGreaterThan(200);
    const labels = find(hours);
    expect(labels).toEqual(labels.map((_, i) => i % 3));
  });

  it('shared are the mean of all who share them', () => {
    const own = talk('ABC'.repeat(200));
    const shared = sharePrints(own, betweenVariances);
    const { print } = shared[0]!;
    const sharers = own.filter((_, i) => shared[i]!.print === print);
    const mean = sharers.reduce((sum, stretch) => sum + stretch.print[0]!, 0) / sharers.length;
    expect(sharers.length).toBeGreaterThan(1);
    expect(print[0]).toBeCloseTo(mean, 4);
  });

  it('are never shared by the two sides of a call', () => {
    const call = talk('A'.repeat(800)).map((stretch, i) => ({ ...stretch, channel: i % 2 }));
    const shared = sharePrints(call, betweenVariances);
    const channels = Map.groupBy(shared, ({ print }) => print);
    for (const sharers of channels.values()) {
      expect(new Set(sharers.map(({ channel }) => channel)).size).toBe(1);
    }
  });
});
