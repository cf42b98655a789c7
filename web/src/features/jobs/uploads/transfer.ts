import { DetailedError, Upload } from 'tus-js-client';

import { ApiError } from '../../../lib/api.ts';
import { mayPass } from './upload-failures.ts';

const ENDPOINT = '/app/uploads';
/** What a proxy in front that collects whole requests may lose when the line breaks. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** A minute of trying; then it is the person's turn. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];

export interface TransferEvents {
  /** The service knows the upload by this id from now on. */
  onId(id: string): void;
  onProgress(sentBytes: number): void;
  /** It is tried again by itself. */
  onInterruption(): void;
  onWhole(): void;
  onFailure(error: ApiError): void;
}

export interface Transfer {
  /** Goes on where the service says that it stands. */
  start(): void;
  pause(): void;
}

/** Brings a file to the service, from where an earlier transfer stopped when it has an id. */
export function createTransfer(file: File, { id, ...on }: TransferEvents & { id: string | null }): Transfer {
  const upload = new Upload(file, {
    endpoint: id === null ? new URL(ENDPOINT, window.location.origin).href : null,
    uploadUrl: id === null ? null : new URL(`${ENDPOINT}/${id}`, window.location.origin).href,
    metadata: { filename: file.name, lastModified: String(file.lastModified) },
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    onShouldRetry(error) {
      const isWorthIt = mayPass(errorIn(error));
      if (isWorthIt) on.onInterruption();
      return isWorthIt;
    },
    // The service keeps a list of what was begun: no names are left behind in the browser.
    storeFingerprintForResuming: false,
    onUploadUrlAvailable() {
      // From here on it goes on with this one: the library would begin anew whatever is wrong.
      upload.options.endpoint = null;
      const known = upload.url?.split('/').at(-1);
      if (known !== undefined) on.onId(known);
    },
    onProgress: (sentBytes) => on.onProgress(sentBytes),
    onSuccess: () => on.onWhole(),
    onError: (error) => on.onFailure(errorIn(error)),
  });
  return {
    start: () => upload.start(),
    pause: () => void upload.abort(),
  };
}

const LOST = 'The connection was lost. What has arrived is kept: go on when it is back.';

function errorIn(error: Error): ApiError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new ApiError({ status: 0, code: '', message: LOST });
  const status = response.getStatus();
  return new ApiError({
    status,
    code: response.getHeader('X-Error-Code') ?? '',
    message: detailIn(response.getBody()) ?? `The service answered with an error (${status}).`,
  });
}

function detailIn(body: string): string | null {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    return typeof detail === 'string' ? detail : null;
  } catch {
    // Not ours: of a proxy in front.
    return null;
  }
}
