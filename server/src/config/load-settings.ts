import { OperatorError } from '../lib/operator-error.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

type ValueOf<Declared> = Declared extends Setting<infer Value> ? Value : never;

/** The values of all settings. */
export type Settings = { readonly [Name in keyof typeof settings]: ValueOf<(typeof settings)[Name]> };

type Environment = Readonly<Record<string, string | undefined>>;

function complaint({ env, allowed, secret }: Setting<unknown>, text: string): string {
  const isNow = secret ? '' : ` is ${JSON.stringify(text)}, but`;
  return `${env}${isNow} must be ${allowed.replaceAll('`', '')}.`;
}

/**
 * Reads the settings from the environment. A variable that is empty counts as unset.
 * @throws OperatorError with a sentence for each bad value: the variable, what it is, what it must be
 */
export function loadSettings(environment: Environment): Settings {
  const complaints: string[] = [];
  const read = (declared: Setting<unknown>): unknown => {
    const text = environment[declared.env]?.trim();
    if (!text) return typeof declared.default === 'function' ? declared.default() : declared.default;
    const parsed = declared.schema.safeParse(text);
    if (!parsed.success) complaints.push(complaint(declared, text));
    return parsed.data;
  };
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, declared]) => [name, read(declared)]),
  );
  if (complaints.length > 0) throw new OperatorError(complaints.join('\n'));
  // Each value came through the schema, or is the default, of the setting that gives it its type.
  return values as Settings;
}
