import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';

import { comesFromOurPages } from './same-origin.ts';

const OURS = 'https://icana.example.org';
const from = (headers: IncomingHttpHeaders) => comesFromOurPages({ headers }, OURS);

test.each<IncomingHttpHeaders>([
  { 'sec-fetch-site': 'same-origin' },
  { origin: OURS },
  { origin: 'http://localhost:3000', host: 'localhost:3000' },
])('a page of ours is known by %j', (headers) => {
  expect(from(headers)).toBe(true);
});

test.each<IncomingHttpHeaders>([
  {},
  { host: 'localhost:3000' },
  { origin: 'null' },
  { origin: 'null', host: 'localhost:3000' },
  { origin: `${OURS}.evil.example`, host: 'icana.example.org' },
  { origin: OURS, 'sec-fetch-site': 'cross-site' },
  { origin: OURS, 'sec-fetch-site': 'none' },
])('a page of somebody else is known by %j', (headers) => {
  expect(from(headers)).toBe(false);
});
