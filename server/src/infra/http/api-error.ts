import { ERRORS, errorDetail, type ErrorCode, type ErrorStatus, type ErrorValues } from '@icana/contract';

type ValuesArgument<Code extends ErrorCode> = keyof ErrorValues<Code> extends never
  ? []
  : [values: ErrorValues<Code>];

/**
 * An answer other than 200, by its code in the catalogue. Anything may throw it; the error handler of the HTTP server
 * turns it into the documented answer. `message` is the sentence the client reads.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: ErrorStatus;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.status = ERRORS[code].status;
  }
}

/** `refusal('upload.too_large', { limit: '500 MB' })`: the error of a code, with the values its sentence needs. */
export function refusal<Code extends ErrorCode>(code: Code, ...[values]: ValuesArgument<Code>): ApiError {
  return new ApiError(code, errorDetail(code, values ?? ({} as ErrorValues<Code>)));
}

/** A 500 whose sentence says nothing of the inside; the cause goes to the log. */
export function internalError(code: ErrorCode, cause: unknown): ApiError {
  return new ApiError(code, ERRORS[code].detail, { cause });
}
