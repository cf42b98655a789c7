import { afterEach, describe, expect, test } from 'vitest';

import { startReceiver, type Answerer, type Receiver } from '../../../../../test/support/receiver.ts';
import { createOutgoingRequests, DestinationRefused } from './outgoing-requests.ts';

const receivers: Receiver[] = [];
afterEach(() => Promise.all(receivers.splice(0).map((each) => each.close())));

async function receiver(answer: Answerer) {
  const started = await startReceiver(answer);
  receivers.push(started);
  return started;
}
const ok: Answerer = (response) => response.end('thanks');

const message = (url: string, signal = AbortSignal.timeout(5000)) => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{}',
  signal,
});

const guarded = createOutgoingRequests({ allowPrivate: false });
const open = createOutgoingRequests({ allowPrivate: true });

describe('a receiver inside a private network', () => {
  test('is reached where the operator allows it', async () => {
    const { url, heard } = await receiver(ok);
    await open.check(url);
    expect(await open.post(message(url))).toBe(200);
    expect(heard).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    ]);
  });

  test('hears nothing otherwise, named by its address or by a name', async () => {
    const { port, heard } = await receiver(ok);
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]', '[::1]']) {
      const url = `http://${host}:${port}/`;
      await expect(guarded.check(url), host).rejects.toThrow(DestinationRefused);
      await expect(guarded.post(message(url)), host).rejects.toThrow(DestinationRefused);
    }
    expect(heard).toEqual([]);
  });

  test('hears nothing when its name stood for a public address while it was checked', async () => {
    const { port, heard } = await receiver(ok);
    const answers = ['93.184.215.14', '127.0.0.1'];
    const rebound = createOutgoingRequests({
      allowPrivate: false,
      resolve: async () => [{ address: answers.shift()!, family: 4 }],
    });
    await rebound.check(`http://rebinding.test:${port}/`);
    await expect(rebound.post(message(`http://rebinding.test:${port}/`))).rejects.toThrow(
      'the address of its host is inside a private network.',
    );
    expect(heard).toEqual([]);
    expect(answers).toEqual([]);
  });
});

test('of the addresses of a name only those that are allowed are connected to', async () => {
  const { port, heard } = await receiver(ok);
  const mixed = createOutgoingRequests({
    allowPrivate: true,
    resolve: async () => [
      { address: '169.254.169.254', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
  });
  expect(await mixed.post(message(`http://mixed.test:${port}/`))).toBe(200);
  expect(heard).toHaveLength(1);
});

test('a name that nobody knows is refused at the check, with a sentence', async () => {
  await expect(guarded.check('https://no-such-name.invalid/')).rejects.toThrow(
    'the name of its host cannot be resolved.',
  );
});

test('every message makes a connection of its own, so that none escapes the check', async () => {
  const { url, heard } = await receiver(ok);
  await open.post(message(url));
  await open.post(message(url));
  expect(new Set(heard.map(({ clientPort }) => clientPort)).size).toBe(2);
});

test('a redirect is not followed: it is the answer', async () => {
  const elsewhere = await receiver(ok);
  const { url } = await receiver(
    (response) => void response.writeHead(307, { location: elsewhere.url }).end(),
  );
  expect(await open.post(message(url))).toBe(307);
  expect(elsewhere.heard).toEqual([]);
});

test('an endless answer is read to a small bound, and its status counts', async () => {
  let sent = 0;
  let closed = false;
  const { url } = await receiver((response) => {
    response.on('close', () => (closed = true));
    const chunk = Buffer.alloc(16_384);
    const pour = () => {
      sent += chunk.length;
      if (!closed && response.write(chunk)) setImmediate(pour);
      else response.once('drain', pour);
    };
    pour();
  });
  expect(await open.post(message(url))).toBe(200);
  await expect.poll(() => closed).toBe(true);
  // What fits into the buffers between us; an endless answer would go on.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('a body that drips does not take back its 200, and does not outlast the time', async () => {
  const { url } = await receiver((response) => {
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  });
  const begun = Date.now();
  expect(await open.post(message(url, AbortSignal.timeout(300)))).toBe(200);
  expect(Date.now() - begun).toBeLessThan(2000);
});

test('no answer in time is the signal’s reason', async () => {
  const { url } = await receiver(() => undefined);
  await expect(open.post(message(url, AbortSignal.timeout(200)))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('nobody there is an error that says so', async () => {
  const nobody = await receiver(ok);
  await nobody.close();
  await expect(open.post(message(nobody.url))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
