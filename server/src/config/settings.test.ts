import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import { OperatorError } from '../lib/operator-error.ts';
import { CONFIGURATION_PAGE, configurationPage } from './configuration-page.ts';
import { loadSettings } from './load-settings.ts';
import { settings } from './settings.ts';

test('with no environment at all every setting has its default', () => {
  expect(loadSettings({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: undefined,
    maxUploadMb: 500,
    rateLimitSubmit: 10,
    rateLimitRequest: 60,
    keyPrefix: 'sk_test_',
    logLevel: 'info',
  });
});

test('values are read as what they mean, and folders as absolute paths', () => {
  const read = loadSettings({
    PORT: '8080',
    TRUST_PROXY: 'yes',
    DATA_DIR: 'data',
    DATABASE_URL: ' postgres://db/icana ',
  });
  expect(read).toMatchObject({
    port: 8080,
    trustProxy: true,
    dataDir: path.resolve('data'),
    databaseUrl: 'postgres://db/icana',
  });
});

test('an empty variable counts as unset', () => {
  expect(loadSettings({ PORT: '', DATA_DIR: ' ', DATABASE_URL: '' })).toEqual(loadSettings({}));
});

test.each([
  [{ PORT: 'http' }, 'PORT is "http", but must be a whole number from 0 to 65535.'],
  [{ PORT: '65536' }, 'PORT is "65536", but must be a whole number from 0 to 65535.'],
  [{ PORT: '-1' }, 'PORT is "-1", but must be a whole number from 0 to 65535.'],
  [{ PORT: '80.5' }, 'PORT is "80.5", but must be a whole number from 0 to 65535.'],
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY is "true", but must be yes or no.'],
  [{ KEY_PREFIX: 'sk_' }, 'KEY_PREFIX is "sk_", but must be one of sk_test_, sk_live_.'],
  [{ HOST: 'http://me' }, 'HOST is "http://me", but must be a host name or an IP address.'],
  [
    { DATABASE_URL: 'mysql://me:hunter2@db/x' },
    'DATABASE_URL must be an address like postgres://user:password@host/name.',
  ],
])('a bad value is told in one sentence, and a secret is not repeated (%j)', (environment, sentence) => {
  expect(() => loadSettings(environment)).toThrow(new OperatorError(sentence));
});

test('all bad values are told at once', () => {
  expect(() => loadSettings({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/^PORT .*\nLOG_LEVEL .*$/);
});

describe('the page of the documentation', () => {
  test('is the one that the settings write (run `node server/src/config/write-docs.ts`)', async () => {
    expect(await readFile(CONFIGURATION_PAGE, 'utf8')).toBe(configurationPage());
  });

  test('names every variable once, and no other', async () => {
    const page = await readFile(CONFIGURATION_PAGE, 'utf8');
    const named = [...page.matchAll(/^## `([A-Z_]+)`$/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.values(settings).map(({ env }) => env));
    expect(new Set(named).size).toBe(named.length);
  });
});
