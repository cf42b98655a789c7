import type { SettingsView } from '@icana/contract/app';

/** A setting as far as it is told of. */
export interface ShownSetting {
  readonly env: string;
  readonly doc: string;
  readonly secret?: true;
}

/**
 * What the service was started with, for operators to read. Of secrets, and of whatever else has a password in it, it is
 * told only whether they are set.
 */
export function settingsView(
  declared: Readonly<Record<string, ShownSetting>>,
  values: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsView {
  return {
    settings: Object.entries(declared).map(([name, { env, doc, secret = false }]) => {
      const value = asText(values[name]);
      const isSecret = secret || hasPassword(value);
      return { env, doc, value: isSecret ? null : value, isSecret, isSet: Boolean(environment[env]?.trim()) };
    }),
  };
}

/** As one would write it into the environment. */
function asText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key}=${String(each)}`)
    .join(' ');
}

function hasPassword(value: string | null): boolean {
  const url = value === null ? null : URL.parse(value);
  return url !== null && (url.password !== '' || url.username !== '');
}
