import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { createOutgoingRequests } from './outgoing-requests.ts';
import { createNameResolution } from './resolve-name.ts';

const hostsFile = path.join(tmpdir(), `icana-hosts-${process.pid}`);
beforeAll(() =>
  writeFile(hostsFile, '# ours\n127.0.0.1 localhost\n10.1.2.3\tinner  Inner.Example # here\n::1 localhost\n'),
);
afterAll(() => rm(hostsFile));

const servers: Socket[] = [];
afterEach(() => servers.splice(0).forEach((each) => each.close()));

/** A name server on this machine; what it does not answer it swallows. */
async function nameServer(answer: (question: Buffer) => Buffer | null) {
  const asked: Buffer[] = [];
  const server = createSocket('udp4');
  server.on('message', (question, { port, address }) => {
    asked.push(question);
    const reply = answer(question);
    if (reply) server.send(reply, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return { asked, nameServers: [`127.0.0.1:${server.address().port}`] };
}

const A = 1;
const HEADER_BYTES = 12;
/** The answer of RFC 1035 to a question for a name: one address, or none to a question for another kind. */
function answerOf(question: Buffer, address: number[]): Buffer {
  const end = question.indexOf(0, HEADER_BYTES) + 5;
  const reply = Buffer.from(question.subarray(0, end));
  const isForA = question.readUInt16BE(end - 4) === A;
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(isForA ? 1 : 0, 6);
  reply.writeUInt16BE(0, 10);
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address]);
  return isForA ? Buffer.concat([reply, record]) : reply;
}

test('a name in the file of hosts is what that says, and no server is asked', async () => {
  const { nameServers, asked } = await nameServer(() => null);
  const resolve = createNameResolution({ hostsFile, nameServers });
  expect(await resolve('inner.example')).toEqual([{ address: '10.1.2.3', family: 4 }]);
  expect(await resolve('localhost')).toEqual([
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]);
  expect(asked).toEqual([]);
});

test('any other name is what the name servers say', async () => {
  const { nameServers } = await nameServer((question) => answerOf(question, [93, 184, 215, 14]));
  const resolve = createNameResolution({ hostsFile, nameServers });
  expect(await resolve('receiver.example')).toEqual([{ address: '93.184.215.14', family: 4 }]);
});

test('names whose servers never answer are given up in seconds, and hold up no other look-up', async () => {
  const { nameServers, asked } = await nameServer(() => null);
  const outgoing = createOutgoingRequests({
    allowPrivate: false,
    resolve: createNameResolution({ hostsFile, nameServers }),
  });
  const begun = Date.now();
  const checks = Promise.allSettled(
    Array.from({ length: 100 }, (_, i) => outgoing.check(`https://silent-${i}.example/`)),
  );
  await expect.poll(() => asked.length).toBeGreaterThan(100);
  // The system's look-up, which the database and mail are found by.
  await lookup('localhost');
  expect(Date.now() - begun).toBeLessThan(2_000);
  for (const check of await checks) {
    expect(check).toMatchObject({ reason: { message: 'the name of its host cannot be resolved.' } });
  }
  expect(Date.now() - begun).toBeLessThan(8_000);
}, 20_000);

test('a message to a name whose servers never answer fails with the same sentence', async () => {
  const { nameServers } = await nameServer(() => null);
  const resolve = createNameResolution({ hostsFile, nameServers });
  const outgoing = createOutgoingRequests({ allowPrivate: false, resolve });
  const message = {
    url: 'https://silent.example/',
    headers: {},
    body: '',
    signal: AbortSignal.timeout(15_000),
  };
  await expect(outgoing.post(message)).rejects.toThrow('the name of its host cannot be resolved.');
}, 20_000);
