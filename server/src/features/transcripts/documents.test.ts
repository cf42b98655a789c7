import { expect, test } from 'vitest';

import { createDocuments } from './documents.ts';

const write = createDocuments();
const turns = (many: number) =>
  Array.from({ length: many }, (_, start) => ({ name: 'Ada', start, paragraphs: ['Good morning.'] }));

test('while a long document is written, everybody else is answered', async () => {
  let answered = 0;
  const others = setInterval(() => (answered += 1), 10);
  const bytes = await write({ title: 'talk.mp3', turns: turns(8000) });
  clearInterval(others);
  expect(Buffer.from(bytes.subarray(0, 2)).toString()).toBe('PK');
  expect(answered).toBeGreaterThan(10);
});

test('one that cannot be written is nobody else’s harm', async () => {
  const broken = write({ title: null as unknown as string, turns: [] });
  const next = write({ title: 'talk.mp3', turns: turns(1) });
  await expect(broken).rejects.toThrow(TypeError);
  expect((await next).length).toBeGreaterThan(1000);
});
