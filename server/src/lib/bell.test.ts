import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { createBell } from './bell.ts';

test('rings wake whoever waits, once for all that came since he last heard one', async () => {
  const bell = createBell();
  let heard = 0;
  const listen = async () => {
    while (await bell.heard(1000)) heard += 1;
  };
  const listening = listen();
  bell.ring();
  bell.ring();
  await expect.poll(() => heard).toBe(1);
  bell.ring();
  await expect.poll(() => heard).toBe(2);
  await listening;
  expect(heard).toBe(2);
});

test('a ring while nobody waits is heard by the next who does', async () => {
  const bell = createBell();
  bell.ring();
  await delay(10);
  expect(await bell.heard(0)).toBe(true);
});
