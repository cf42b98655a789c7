/**
 * What the service is measured against: the same framework, database driver and log, one indexed query a request and
 * nothing else. Serves the database of `argv[2]`, says its address, logs to standard error, ends with its stdin.
 */
import Fastify, { LogController } from 'fastify';
import { pino } from 'pino';

import { createDatabase } from '../../src/infra/database/database.ts';

const [, , url = ''] = process.argv;
const { db } = createDatabase({ url });
const server = Fastify({
  loggerInstance: pino(pino.destination(2)),
  // One line a request, as the service writes it.
  logController: new LogController({ disableRequestLogging: true }),
});
server.addHook('onResponse', async (request, reply) => {
  request.log.info({ method: request.method, path: request.url, status: reply.statusCode }, 'answered');
});
server.get<{ Params: { id: string } }>('/jobs/:id', async (request) =>
  db.selectFrom('jobs').selectAll().where('id', '=', request.params.id).executeTakeFirstOrThrow(),
);
console.log(JSON.stringify({ url: await server.listen({ port: 0, host: '127.0.0.1' }) }));
process.stdin.resume().once('end', () => process.exit());
