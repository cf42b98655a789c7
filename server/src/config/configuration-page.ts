import path from 'node:path';

import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

export const CONFIGURATION_PAGE = path.resolve(import.meta.dirname, '../../../docs/configuration.md');

const defaultOf = (declared: Setting<unknown>): string =>
  declared.defaultDoc ?? `\`${String(declared.default)}\``;

const section = (declared: Setting<unknown>): string =>
  `## \`${declared.env}\`\n\n${declared.doc}\n\nDefault: ${defaultOf(declared)}. Allowed: ${declared.allowed}.\n`;

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  return [
    '# Configuration\n',
    'Settings are environment variables. None is needed, and an empty one counts as unset. A bad value stops the start with',
    'a sentence that names it. This page is written by `node server/src/config/write-docs.ts`.\n',
    ...Object.values(settings).map(section),
  ].join('\n');
}
