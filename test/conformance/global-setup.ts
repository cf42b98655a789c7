import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

import { startServiceProcess } from '../support/service-process.ts';
import type { Target } from './target.ts';

/** A deployment as it comes, but that too large a file need not be half a gigabyte, and webhooks can come to us. */
const SETTINGS = {
  RATE_LIMIT_SUBMIT: '10',
  RATE_LIMIT_REQUEST: '60',
  MAX_UPLOAD_MB: '8',
  WEBHOOK_ALLOW_PRIVATE: 'yes',
};
const COMMAND = path.resolve(import.meta.dirname, '../../server/bin/icana.js');

/** Hands the tests the server that `run.ts` was given, or starts one for them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['CONFORMANCE_TARGET'];
  if (given !== undefined) {
    project.provide('conformance', JSON.parse(given) as Target);
    return async () => undefined;
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'icana-conformance-'));
  const service = await startServiceProcess(dataDir, SETTINGS);
  project.provide('conformance', {
    url: service.url,
    adminCommand: [process.execPath, COMMAND, 'admin'],
    adminFolder: dataDir,
    // Node compiles the command once for all the times it is run.
    adminEnvironment: { DATA_DIR: dataDir, NODE_COMPILE_CACHE: path.join(dataDir, 'compiled') },
    receiverHost: '127.0.0.1',
    maxUploadMb: Number(SETTINGS.MAX_UPLOAD_MB),
  });
  return async () => {
    await service.interrupt();
    await rm(dataDir, { recursive: true, force: true });
  };
}
