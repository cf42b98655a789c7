import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

import { catalogue } from './catalogue.ts';
import { downloadBytes } from './model.ts';
import { withProgress } from './progress.ts';
import type { ModelProgress } from './store.ts';

const model = catalogue.find(({ id }) => id === 'silero-vad')!;
const totalBytes = downloadBytes(model);
const at = (state: ModelProgress['state'], receivedBytes: number) => ({
  model,
  state,
  receivedBytes,
  totalBytes,
});

async function shown(isTTY: boolean): Promise<string> {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  await withProgress(async (onProgress) => {
    onProgress(at('waiting', 0));
    onProgress(at('fetching', 0));
    onProgress(at('fetching', totalBytes / 2));
    onProgress(at('fetching', totalBytes));
    onProgress(at('installed', totalBytes));
  }, output);
  output.end();
  return text(output);
}

it('progress is a plain line at each step where there is no terminal', async () => {
  expect(await shown(false)).toBe(
    'Waiting for another process that is fetching the model silero-vad.\n' +
      'Fetching the model silero-vad (5 MB, licence MIT) from the npm package @ricky0123/vad-web, once.\n' +
      'The model silero-vad is ready.\n',
  );
});

it('progress is a bar on a terminal, gone before the next line', async () => {
  const written = await shown(true);
  expect(written).toContain('100 %  5 MB of 5 MB');
  expect(written.indexOf('is ready.')).toBeGreaterThan(written.lastIndexOf('%'));
});
