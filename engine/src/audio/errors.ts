/**
 * The recording itself is at fault: no attempt will ever succeed. `message` is one sentence for the person who sent it.
 */
export class UnusableAudioError extends Error {
  override readonly name = 'UnusableAudioError';
}
