import { expect, it } from 'vitest';

import { singleReadersOf } from './single-readers.ts';

const clip = (name: string) => ({ name, path: `/asr/${name}`, language: 'en', text: '' });

it('joins the clips of one reading, whole and in halves, where there are enough', () => {
  const reader = Array.from({ length: 9 }, (_, i) => clip(`ls-533-1066-000${i}.flac`));
  const others = [
    clip('misc-jfk.flac'),
    ...['a-1.wav', 'a-2.wav', 'a-3.wav', 'a-4.wav', 'b-1.wav'].map(clip),
  ];
  const readers = singleReadersOf([...others, ...reader.toReversed()]);
  expect(readers.map(({ name, clips }) => [name, clips.length])).toEqual([
    ['a', 4],
    ['ls-533-1066', 9],
    ['ls-533-1066, first half', 5],
    ['ls-533-1066, second half', 4],
  ]);
  expect(readers[1]!.clips).toEqual(reader);
});
