/**
 * `npm run bench` runs it: how much memory a recording of 500 MB costs the process that receives it. Sends one to the
 * real service and reads the most that its process has ever held. The engine, which looks at the file afterwards, is a
 * process of its own and not counted. Linux only. Exits with 1 when the goal is missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { wavHeader } from '../../engine/bench/speed/long-recording.ts';
import { startServiceProcess, type ServiceProcess } from '../../test/support/service-process.ts';

const MB = 1024 * 1024;
const MOST_OVER_IDLE_MB = 64;
const UPLOADS = 3;
const SETTLE_MS = 3000;

/** 44 minutes of silence in two channels: as large as may be, and within the credit of a new account. */
const RATE = 48_000;
const FRAMES = (499 * MB) / 4;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'icana-bench-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => await rm(folder, { recursive: true, force: true }));
  const service = opened.adopt(await startServiceProcess(folder), async (it) => void (await it.interrupt()));
  await delay(SETTLE_MS);

  forgetPeak(service);
  const idleMb = memoryMb(service, 'VmRSS');
  console.log(`Idle: ${idleMb.toFixed(0)} MB`);
  for (let sent = 1; sent <= UPLOADS; sent += 1) {
    const startedAt = performance.now();
    const { statusCode, body } = await upload(service);
    const seconds = (performance.now() - startedAt) / 1000;
    const peakMb = memoryMb(service, 'VmHWM');
    console.log(
      `Upload ${sent}: ${statusCode} after ${seconds.toFixed(1)} s, at most ${peakMb.toFixed(0)} MB so far`,
    );
    if (sent === 1 && statusCode !== 200) throw new Error(`the recording was not taken: ${body}`);
  }
  const overMb = memoryMb(service, 'VmHWM') - idleMb;
  const met = overMb <= MOST_OVER_IDLE_MB;
  console.log(
    `A recording of 500 MB raises the memory of the service by ${overMb.toFixed(0)} MB ` +
      `(goal: at most ${MOST_OVER_IDLE_MB})${met ? '' : ' MISSED'}`,
  );
  if (!met) process.exitCode = 1;
}

/** What the system says of the service's process: what it holds now, or the most that it ever held. */
function memoryMb({ process: { pid } }: ServiceProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

/** Loading the program takes more than running it: the most ever held is to be counted from here. */
function forgetPeak({ process: { pid } }: ServiceProcess): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

const HEAD = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="long.wav"\r\n\r\n');
const TAIL = Buffer.from('\r\n--b--\r\n');

async function upload({
  url,
  key,
}: ServiceProcess): Promise<{ statusCode: number | undefined; body: string }> {
  const header = wavHeader(FRAMES, { channels: 2, rate: RATE });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(new URL('/api/v1/transcribe', url), {
      method: 'POST',
      headers: {
        'X-API-Key': key,
        'Content-Type': 'multipart/form-data; boundary=b',
        'Content-Length': HEAD.length + header.length + FRAMES * 4 + TAIL.length,
      },
    });
    request.once('response', resolve).once('error', reject);
    Readable.from(form(header)).pipe(request);
  });
  return { statusCode: response.statusCode, body: await text(response) };
}

function* form(header: Buffer): Generator<Buffer> {
  yield Buffer.concat([HEAD, header]);
  const megabyte = Buffer.alloc(MB);
  for (let sent = 0; sent < FRAMES * 4; sent += MB) yield megabyte;
  yield TAIL;
}

await main();
