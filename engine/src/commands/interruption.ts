import { constants } from 'node:os';

import { CommandError } from './command-error.ts';

/**
 * Runs work that Ctrl-C and SIGTERM break off by its signal instead of ending the process: so the work can leave the
 * terminal as it was. A second one ends the process there and then.
 *
 * @throws the signal's reason, a `CommandError` with the exit code that shells give for such an end
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const stopListening = () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  function interrupt(signal: 'SIGINT' | 'SIGTERM') {
    const exitCode = 128 + constants.signals[signal];
    interruption.abort(new CommandError('Interrupted.', { exitCode }));
    // Not at once: the library that locks models ends the process when it finds that nobody else listens.
    setImmediate(stopListening);
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    stopListening();
  }
}
