import { expect, test } from 'vitest';

import { loadSettings } from '../../config/load-settings.ts';
import { settings as declared } from '../../config/settings.ts';
import { settingsView } from './settings-view.rules.ts';

const viewOf = (environment: Record<string, string>) =>
  settingsView(declared, loadSettings(environment), environment).settings;

test('settings are shown as they hold, and whether they were set', () => {
  const shown = viewOf({
    PORT: '8080',
    TRUST_PROXY: 'yes',
    LANGUAGE_MODELS: 'de=whisper-small, auto=whisper-tiny',
  });
  const find = (env: string) => shown.find((setting) => setting.env === env);
  expect(find('PORT')).toMatchObject({ value: '8080', isSet: true, isSecret: false });
  expect(find('TRUST_PROXY')).toMatchObject({ value: 'yes', isSet: true });
  expect(find('LANGUAGE_MODELS')).toMatchObject({ value: 'de=whisper-small auto=whisper-tiny' });
  expect(find('HOST')).toMatchObject({ value: '127.0.0.1', isSet: false });
  expect(find('PUBLIC_URL')).toMatchObject({ value: null, isSet: false });
  expect(shown.map(({ env }) => env)).toEqual(Object.values(declared).map(({ env }) => env));
});

test('of secrets it is told only whether they are set', () => {
  const secrets = Object.values(declared).filter((setting) => 'secret' in setting);
  expect(secrets.map(({ env }) => env)).toEqual(
    expect.arrayContaining(['DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN']),
  );
  const environment = {
    DATABASE_URL: 'postgres://icana:hunter2hunter2@db.example/icana',
    SMTP_URL: 'smtps://icana:hunter2hunter2@mail.example',
    METRICS_TOKEN: 'hunter2hunter2hunter2',
    // No secret by itself, but somebody may write a password into it.
    OIDC_ISSUER: 'https://icana:hunter2hunter2@id.example',
  };
  const shown = viewOf(environment);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  for (const env of Object.keys(environment)) {
    expect(shown.find((setting) => setting.env === env)).toMatchObject({
      value: null,
      isSecret: true,
      isSet: true,
    });
  }
  expect(viewOf({}).find(({ env }) => env === 'METRICS_TOKEN')).toMatchObject({
    isSecret: true,
    isSet: false,
  });
});

test('what is called a secret, a password, a token or a key of somebody is declared as one', () => {
  for (const setting of Object.values(declared)) {
    if (!/SECRET|PASSWORD|TOKEN|_KEY$/.test(setting.env) || setting.env.startsWith('RATE_LIMIT_')) continue;
    expect('secret' in setting && setting.secret, setting.env).toBe(true);
  }
});
