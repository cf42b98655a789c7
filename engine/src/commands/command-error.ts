/** What a person did cannot be done; `message` is the one sentence the command prints before it exits with 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
