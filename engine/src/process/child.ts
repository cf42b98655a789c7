/**
 * The program of an engine process. It does one operation at a time, as its parent asks; all that can crash, hang or
 * swell (FFmpeg on a hostile file, the speech models) happens here and nowhere else.
 */
import { UnusableAudioError } from '../audio/errors.ts';
import { createOperations } from './operations.ts';
import type { ModelPaths, ReplyMessage, RequestMessage } from './protocol.ts';

const operations = createOperations(JSON.parse(process.argv[2]!) as ModelPaths);

/** A parent that was killed hears no reply; this process ends a moment later, when it notices. */
function reply(message: ReplyMessage): void {
  process.send?.(message, () => undefined);
}

async function answer({ operation, input }: RequestMessage): Promise<void> {
  try {
    // The table's type ties each operation to its input; the union of messages has lost that tie.
    const perform = operations[operation] as (
      input: unknown,
      emit: (event: unknown) => void,
    ) => Promise<unknown>;
    const result = await perform(input, (event) => reply({ kind: 'event', event }));
    reply({ kind: 'result', result });
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    reply({ kind: 'error', message, stack, unusable: error instanceof UnusableAudioError });
  }
}

process.on('message', (message: RequestMessage) => void answer(message));
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole foreground group; it is the parent that decides when work is handed back.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
