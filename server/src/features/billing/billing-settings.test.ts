import { expect, test } from 'vitest';

import { loadSettings } from '../../config/load-settings.ts';
import { topUpModeIn } from './billing-settings.ts';

test.each([
  ['on the built-in database', {}, 'test'],
  ['with a database of its own', { DATABASE_URL: 'postgres://db.example/icana' }, 'none'],
  ['at a public address', { PUBLIC_URL: 'https://icana.example' }, 'none'],
  [
    'at a public address whose operator says so',
    { PUBLIC_URL: 'https://icana.example', TEST_TOP_UPS: 'yes' },
    'test',
  ],
  ['whose operator says no', { TEST_TOP_UPS: 'no' }, 'none'],
])('credit without money: a service %s', (_, environment, mode) => {
  expect(topUpModeIn(loadSettings(environment)).name).toBe(mode);
});
