import type { FastifyRequest } from 'fastify';

/** What `Authorization: Bearer …` carries (RFC 6750); undefined when it is not there or not of this form. */
export const bearerToken = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
