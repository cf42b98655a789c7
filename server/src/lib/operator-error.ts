/**
 * A failure that the person who runs the service can mend: a bad setting, a full disk, a second start.
 * The message is one sentence naming the cause and the remedy; commands print it alone, without a stack.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
