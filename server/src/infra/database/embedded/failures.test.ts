import { expect, test } from 'vitest';

import { explainFailure } from './failures.ts';

test.each([
  [
    'initdb: error: could not write to file "/data/x": No space left on device',
    'The database could not be created: the disk is full: free some space and start again.',
  ],
  [
    'initdb: error: could not look up effective user ID 4321: user does not exist',
    'The database could not be created: PostgreSQL needs its user to have an entry in /etc/passwd: ' +
      'run Icana as such a user or set DATABASE_URL.',
  ],
  [
    'LOG: starting\nFATAL:  configuration file contains errors\nLOG: database system is shut down',
    'The database could not be created: FATAL:  configuration file contains errors.',
  ],
  ['', 'The database could not be created: no reason given.'],
])('what PostgreSQL says becomes one sentence (%#)', (output, sentence) => {
  expect(explainFailure('The database could not be created', output).message).toBe(sentence);
});
