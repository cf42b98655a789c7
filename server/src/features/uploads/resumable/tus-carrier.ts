import { mkdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { MemoryLocker, Server, Upload } from '@tus/server';
import type { FastifyRequest } from 'fastify';

import { ApiError, internalError, refusal } from '../../../infra/http/api-error.ts';
import { hasGone } from '../../../infra/http/early-answers.ts';
import { newId } from '../../../lib/ids.ts';

/** What a sender says of the file that he is about to send. */
export interface AnnouncedFile {
  readonly id: string;
  readonly filename: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly lastModified: string | undefined;
}

/** Where the routes are that pass their requests on. */
const PATH = '/app/uploads';

/**
 * A connection that is dead but does not know it yet gives way to the one that goes on with its upload. Others wait
 * for it in a loop without rest, so it gets only as long as it takes to write down what has arrived.
 */
const GIVE_WAY_MS = 250;

export type TusCarrier = ReturnType<typeof createTusCarrier>;

/**
 * Carries the bytes of uploads into files named by their ids, by the protocol tus 1.0 with its extension for creation
 * and nothing else. Who may send what is not its business: it knows no accounts, and asks `sizeOf` how large an upload is
 * to become.
 *
 * Two servers may write to one file at once when a sender went from one to the other. Each writes what it got where it
 * belongs and nothing past the announced size, so that a file from one sender comes out the same.
 */
export function createTusCarrier({
  folder,
  sizeOf,
}: {
  /** Where the files lie. Servers of one deployment share it. */
  folder: string;
  /** How large an upload is to become; undefined when there is none. */
  sizeOf: (id: string) => Promise<number | undefined>;
}) {
  // For nobody else's eyes; the library would make it open to all.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** A request that brings bytes of an upload holds its lock. */
  const locker = new MemoryLocker();
  /** What is to be done before the file of a request that creates one is there. */
  const admissions = new WeakMap<object, (file: AnnouncedFile) => Promise<void>>();

  const store = new FileStore({
    directory: folder,
    configstore: {
      async get(id): Promise<Upload | undefined> {
        const size = await sizeOf(id);
        // How much of it is there the store sees by the file itself.
        return size === undefined ? undefined : new Upload({ id, size, offset: 0, metadata: {} });
      },
      // The caller does both: `admit` writes down what an upload is, and its end removes that.
      set: async () => undefined,
      delete: async () => undefined,
    },
  });
  store.extensions = ['creation', 'creation-with-upload'];

  const server = new Server({
    path: PATH,
    datastore: store,
    locker,
    relativeLocation: true,
    allowedOrigins: [],
    lockDrainTimeout: GIVE_WAY_MS,
    namingFunction: newId,
    async onUploadCreate(request, { id, size, metadata }) {
      await admissions.get(request)?.({
        id,
        filename: metadata?.['filename'] ?? undefined,
        sizeBytes: size,
        lastModified: metadata?.['lastModified'] ?? undefined,
      });
      return {};
    },
    // Thrown on to whoever asked, to be answered like any error of ours.
    onResponseError: (_request, error) => {
      throw refusalOf(error);
    },
  });

  return {
    /**
     * Lets tus answer a request.
     *
     * @param admit called with what a new upload is to be, before there is anything of it; may refuse it
     * @throws ApiError whatever tus or `admit` refuses
     */
    async carry(
      request: FastifyRequest,
      { id, admit }: { id?: string; admit?: (file: AnnouncedFile) => Promise<void> },
    ): Promise<{ status: number; headers: Record<string, string> }> {
      const passedOn = toWebRequest(request, id === undefined ? PATH : `${PATH}/${id}`);
      if (admit) admissions.set(passedOn, admit);
      const answer = await server.handleWeb(passedOn).catch((error: unknown) => {
        throw hasGone(request) ? refusal('upload.interrupted') : error;
      });
      if (answer.status >= 400) throw malformed(await answer.text());
      return { status: answer.status, headers: tusHeaders(answer.headers) };
    },

    /** Whether bytes of an upload are coming to this server. */
    isCarrying: (id: string): boolean => locker.locks.has(id),
  };
}

/** With the method and path that the route stands for: nothing of its address is left to the sender. */
function toWebRequest(request: FastifyRequest, path: string): Request {
  const { method, headers, raw } = request;
  const hasBody = method === 'POST' || method === 'PATCH';
  return new Request(`http://tus${path}`, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && PASSED_ON.has(name) ? [[name, value]] : [],
    ),
    // Half duplex is all there is, but must be said.
    ...(hasBody && { body: Readable.toWeb(raw), duplex: 'half' }),
  });
}

const PASSED_ON: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'tus-resumable',
  'upload-defer-length',
  'upload-length',
  'upload-metadata',
  'upload-offset',
]);

/** Those that a client of tus reads; the others are for pages of other origins, which have no business here. */
const tusHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers].filter(([name]) => /^(?:upload-|tus-|location$|cache-control$)/.test(name)),
  );

const malformed = (problem: string): ApiError => refusal('request.malformed', { problem: problem.trim() });

/** The error of ours for one of tus's, which have a status and a text. */
function refusalOf(error: Error | { status_code: number; body: string }): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Error) return internalError('upload.storage_failed', error);
  const { status_code: status, body } = error;
  if (status === 404 || status === 410) return refusal('upload.not_found');
  if (status === 409) return refusal('upload.offset_differs');
  return status === 500 ? internalError('upload.storage_failed', new Error(body)) : malformed(body);
}
