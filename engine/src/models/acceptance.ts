import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Model } from './model.ts';
import { ModelError } from './model-error.ts';

/** Lies beside the model's files: it is copied with them, and goes when they go. */
const RECORD = 'licence-accepted.json';

/** Whether the model may be used: its licence is an open one, or somebody has accepted its terms. */
export function isAccepted({ terms }: Model, folder: string): boolean {
  return !terms || existsSync(join(folder, RECORD));
}

/**
 * Records that the operator accepts the model's terms, for models that have any.
 *
 * @throws ModelError (`terms`) when they are neither accepted now nor have been before
 */
export async function requireAcceptance(model: Model, folder: string, accepted: boolean): Promise<void> {
  if (isAccepted(model, folder)) return;
  if (!accepted) throw unaccepted(model);
  await mkdir(folder, { recursive: true });
  const record = { licence: model.licence, terms: model.terms?.url, acceptedAt: new Date().toISOString() };
  await writeFile(join(folder, RECORD), `${JSON.stringify(record, undefined, 2)}\n`);
}

function unaccepted({ id, licence, terms }: Model): ModelError {
  return new ModelError(
    'terms',
    `The model ${id} is under the ${licence}, for ${terms?.summary}: read it at ${terms?.url}, and to accept it run: ` +
      `icana models install ${id} --accept-licence`,
  );
}
