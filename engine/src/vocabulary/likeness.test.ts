import { expect, test } from 'vitest';

import { likeness, soundOf } from './likeness.ts';
import { spokenForms } from './spoken-form.ts';

const alike = (one: string, other: string) => likeness(soundOf(one), soundOf(other));

test.each([
  ['GPT-4', 'G. P. T. four'],
  ['S3', 'S three'],
  ['AUD', 'A U D'],
  ['José', 'jose'],
  ['PostgreSQL', 'postgre S. Q. L.'],
  ["O'Halloran", 'OHalloran'],
  ['HTTP', 'Http'],
])('%s and %s are read out alike', (one, other) => {
  expect(alike(one, other)).toBe(1);
});

test('an acronym inside a word is spelled, and so are numbers', () => {
  expect(spokenForms('RabbitMQ')).toEqual(['rabbitmq', 'rabbitemcue']);
  expect(spokenForms('Llama 3')).toEqual(['llamathree']);
});

test('a name is more like what a recogniser hears for it than like other words', () => {
  expect(alike('Kubernetes', 'koober netties')).toBeGreaterThan(0.7);
  expect(alike('Kubernetes', 'the whole cluster')).toBeLessThan(0.4);
});
