import { expect, it } from 'vitest';

import { seededRandom } from '../random.ts';
import { packEvidence, unpackEvidence } from './evidence.ts';

const random = seededRandom(3);
const stretches = Array.from({ length: 50 }, (_, i) => ({
  start: 4 * i + 0.004,
  end: 4 * i + 3.996,
  print: Float32Array.from({ length: 60 }, () => 12 * (random() - 0.5)),
}));
const betweenVariances = Float64Array.from({ length: 60 }, (_, d) => 60 / (d + 1));

it('evidence gives back what it was made of, through JSON', () => {
  const evidence = packEvidence(stretches, betweenVariances);
  const found = unpackEvidence(JSON.parse(JSON.stringify(evidence)) as typeof evidence);
  expect(found.map(({ start, end }) => [start, end])).toEqual(
    stretches.map(({ start, end }) => [start, end]),
  );
  found.forEach(({ print }, i) =>
    print.forEach((value, d) =>
      expect(Math.abs(value - stretches[i]!.print[d]!)).toBeLessThanOrEqual(1 / 16),
    ),
  );
  expect(evidence.betweenVariances).toEqual([...betweenVariances]);
});

it('evidence keeps the channels of a call', () => {
  const call = stretches.map((stretch, i) => ({ ...stretch, channel: i % 2 }));
  const { channels } = packEvidence(call, betweenVariances);
  expect(channels).toBeDefined();
  expect(unpackEvidence(packEvidence(call, betweenVariances)).map(({ channel }) => channel)).toEqual(
    call.map(({ channel }) => channel),
  );
  expect(packEvidence(stretches, betweenVariances)).not.toHaveProperty('channels');
});

it('evidence keeps a shared print once', () => {
  const shared = stretches.map((stretch, i) => ({ ...stretch, print: stretches[i % 3]!.print }));
  const evidence = packEvidence(shared, betweenVariances);
  const found = unpackEvidence(evidence);
  expect(Buffer.from(evidence.prints, 'base64')).toHaveLength(3 * 60);
  expect(new Set(found.map(({ print }) => print)).size).toBe(3);
  found.forEach(({ print }, i) => expect(print).toBe(found[i % 3]!.print));
});

it('evidence of no speech is none', () => {
  expect(unpackEvidence(packEvidence([], betweenVariances))).toEqual([]);
});
