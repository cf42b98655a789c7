import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createPageClient, mailedToken, PASSWORD, signIn } from '../../../../test/support/signed-in.ts';
import { openConnection } from '../../../../test/support/raw-http.ts';
import { startTestService, type TestService } from '../../../../test/support/test-service.ts';
import { writeMail } from './mail-text.ts';

/** What the mail server was given. */
interface Delivery {
  readonly from: string;
  readonly to: string[];
  readonly message: string;
}

/** A real mail server on a port of its own, or on one that is given. */
async function startMailServer(port = 0) {
  const deliveries: Delivery[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        deliveries.push({ from, to, message: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: at } = server.server.address() as AddressInfo;
  return {
    deliveries,
    port: at,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const mailTasks = async ({ db }: TestService) =>
  (await sql<{ state: string }>`select state from pgboss.job where name = 'send-mail'`.execute(db)).rows;

/** All that the database has, of the service and of the queue, row by row. */
async function everyRow({ db }: TestService): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')
  `.execute(db);
  const rows = tables.rows.map(({ name }) =>
    sql<{ row: string }>`select each::text as row from ${sql.raw(name)} as each`.execute(db),
  );
  return (await Promise.all(rows)).flatMap((each) => each.rows.map(({ row }) => row));
}

/** A message's text, with the line ends of quoted-printable taken out. */
const readable = (message: string) => message.replaceAll('=\r\n', '').replaceAll('=3D', '=');

let kept: TestService;
beforeAll(async () => {
  kept = await startTestService({ working: false });
});
afterAll(() => kept.close());

test('mails go to the mail server that is set, also those that it was not there for', async () => {
  const first = await startMailServer();
  const { port } = first;
  await first.close();
  const settings = { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Icana <icana@example.org>' };
  const service = await startTestService({ settings });
  const page = createPageClient(service.url);
  let server: Awaited<ReturnType<typeof startMailServer>> | undefined;
  try {
    const credentials = { email: 'ada@example.org', password: PASSWORD };
    expect((await page.post('/app/auth/register', credentials)).status).toBe(200);
    await expect.poll(() => mailTasks(service)).toEqual([{ state: 'retry' }]);
    server = await startMailServer(port);
    await expect.poll(() => server!.deliveries.length, { timeout: 50_000, interval: 200 }).toBe(1);

    const [mail] = server.deliveries;
    expect(mail).toMatchObject({ from: 'icana@example.org', to: ['ada@example.org'] });
    const message = readable(mail!.message);
    expect(message).toContain('Subject: Confirm your e-mail address');
    expect(message).toContain('From: Icana <icana@example.org>');
    const token = /\/verify\?token=([\w.-]+)/.exec(message)?.[1];
    expect((await page.post('/app/auth/verify', { token, password: PASSWORD })).status).toBe(200);
    expect(await service.mails.outbox()).toEqual([]);
    expect((await fetch(`${service.url}/outbox`)).status).toBe(404);
  } finally {
    await service.close();
    await server?.close();
  }
});

test('once a mail was sent, the database has its link no more', async () => {
  const server = await startMailServer();
  const settings = { smtpUrl: `smtp://127.0.0.1:${server.port}` };
  const service = await startTestService({ settings });
  const page = createPageClient(service.url);
  const email = 'grace@example.org';
  const linkIn = async (nth: number, path: string) => {
    await expect.poll(() => server.deliveries.length, { timeout: 10_000 }).toBe(nth);
    return new RegExp(`/${path}\\?token=([\\w.-]+)`).exec(readable(server.deliveries[nth - 1]!.message))![1]!;
  };
  try {
    await page.post('/app/auth/register', { email, password: PASSWORD });
    const verification = await linkIn(1, 'verify');
    await page.post('/app/auth/verify', { token: verification, password: PASSWORD });
    await page.post('/app/auth/forgot', { email });
    const reset = await linkIn(2, 'reset');

    await expect.poll(() => mailTasks(service)).toEqual([]);
    const rows = await everyRow(service);
    expect(rows.filter((row) => row.includes(email)).length, 'looked where the mails were').toBeGreaterThan(
      1,
    );
    expect(rows.filter((row) => row.includes(verification) || row.includes(reset))).toEqual([]);
    const digest = createHash('sha256').update(`reset-password:${reset}`).digest('base64url');
    expect(rows.filter((row) => row.includes(digest))).toHaveLength(1);
  } finally {
    await service.close();
    await server.close();
  }
});

test('a mail that no server took in all its tries leaves nothing of its text', async () => {
  const away = await startMailServer();
  await away.close();
  const settings = { smtpUrl: `smtp://127.0.0.1:${away.port}` };
  const service = await startTestService({ settings });
  try {
    const about = {
      subject: 'Given up',
      paragraphs: ['https://icana.example.org/reset?token=x'],
      closing: '',
    };
    await service.mails.send(service.db, 'nobody@example.org', about);
    await expect.poll(() => mailTasks(service)).toEqual([{ state: 'retry' }]);
    // Instead of a day of tries.
    await sql`update pgboss.job set retry_count = retry_limit, start_after = now() where name = 'send-mail'`.execute(
      service.db,
    );
    await expect
      .poll(() => service.logLines.join('\n'), { timeout: 20_000 })
      .toContain('a mail was given up');
    await expect.poll(() => mailTasks(service)).toEqual([]);
    await expect
      .poll(async () => (await everyRow(service)).filter((row) => row.includes('token=x')))
      .toEqual([]);
  } finally {
    await service.close();
  }
});

test('a mail says the same as text and as HTML, and shows whatever it is told as text', () => {
  const url = 'https://icana.example.org/verify?a=1&b=2';
  const mail = writeMail('ada@example.org', {
    subject: 'Rock & <Roll>',
    paragraphs: ['<img src=x onerror=alert(1)> said "hi"'],
    action: { label: 'Go', url },
    closing: "It's over.",
  });
  expect(mail.text).toBe(`<img src=x onerror=alert(1)> said "hi"\n\nGo:\n${url}\n\n-- \nIt's over.\n`);
  expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt; said &quot;hi&quot;');
  expect(mail.html).toContain('<title>Rock &amp; &lt;Roll&gt;</title>');
  expect(mail.html).toContain('href="https://icana.example.org/verify?a=1&amp;b=2"');
  expect(mail.html).toContain('It&#39;s over.');
});

test('without a mail server mails are shown to this machine, and said not to have been sent', async () => {
  const { email } = await signIn(kept, { email: 'kept@example.org' });
  const answer = await fetch(`${kept.url}/outbox`);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const shown = await answer.text();
  expect(shown).toContain('These mails were not sent, because no mail server is set.');
  const token = await mailedToken(kept, email, '/verify');
  expect(shown).toContain(`<a href="${kept.url}/verify?token=${token}">`);
});

test('what came through a proxy is not this machine’s', async () => {
  const passedOn = { headers: { 'x-forwarded-for': '203.0.113.7' } };
  expect((await fetch(`${kept.url}/outbox`, passedOn)).status).toBe(404);
  for (const settings of [{ trustProxy: true }, { publicUrl: 'https://icana.example.org' }]) {
    const behind = await startTestService({ working: false, settings });
    try {
      expect((await fetch(`${behind.url}/outbox`)).status).toBe(404);
    } finally {
      await behind.close();
    }
  }
});

test('a site whose name leads to this machine is not shown its mail', async () => {
  const { port } = new URL(kept.url);
  const asked = async (host: string) => {
    const connection = await openConnection(kept.url);
    connection.sayHead('GET /outbox HTTP/1.1', `Host: ${host}`);
    const answer = await connection.answer();
    connection.close();
    return answer?.status;
  };
  expect(await asked(`evil.example:${port}`)).toBe(404);
  expect(await asked(`127.0.0.1.evil.example:${port}`)).toBe(404);
  expect(await asked(`localhost:${port}`)).toBe(200);
  expect(await asked(`[::1]:${port}`)).toBe(200);
});

test('of the mails that are kept, the newest 200 stay', async () => {
  const about = { subject: 'Many', paragraphs: [], closing: '' };
  for (let each = 0; each < 205; each += 1)
    await kept.mails.send(kept.db, `person-${each}@example.org`, about);
  const outbox = await kept.mails.outbox();
  expect(outbox).toHaveLength(200);
  expect(outbox[0]?.to).toBe('person-204@example.org');
});

test('a mail that is part of a transaction that fails is no mail', async () => {
  const about = { subject: 'Never', paragraphs: [], closing: '' };
  const failing = kept.db.transaction().execute(async (trx) => {
    await kept.mails.send(trx, 'nobody@example.org', about);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await kept.mails.outbox()).map(({ to }) => to)).not.toContain('nobody@example.org');
});
