import { OperatorError } from '../../../lib/operator-error.ts';

/** What PostgreSQL's programs say, as patterns, beside what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|disk quota exceeded/i, 'the disk is full: free some space and start again'],
  [
    /could not look up effective user id|could not look up .*user/i,
    'PostgreSQL needs its user to have an entry in /etc/passwd: run Icana as such a user or set DATABASE_URL',
  ],
  [
    /permission denied|wrong ownership|operation not permitted/i,
    'permission was denied: start Icana as the user who owns the data folder',
  ],
  [/read-only file system/i, 'the file system is read-only: choose another DATA_DIR'],
  [
    /error while loading shared libraries|GLIBC_|ENOENT/,
    'the programs do not run on this system: set DATABASE_URL',
  ],
];

/** Turns the words of a PostgreSQL program into one sentence with its remedy; unknown ones are quoted by their last line. */
export function explainFailure(what: string, output: string, cause?: unknown): OperatorError {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(output))?.[1];
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const said = lines.findLast((line) => /fatal|panic|error/i.test(line)) ?? lines.at(-1) ?? 'no reason given';
  return new OperatorError(`${what}: ${remedy ?? said.trim()}.`, { cause: cause ?? new Error(output) });
}
