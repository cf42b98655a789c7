/** The engine's part of the `icana` command. */
export { CommandError } from './command-error.ts';
export { interruptible } from './interruption.ts';
export { registerModelsCommand } from './models.ts';
export { registerTranscribeCommand } from './transcribe.ts';
