/**
 * Lists all error codes. Caller mistakes and missing things are thrown as `AppError`; only the server maps a code to an
 * HTTP status. Expected outcomes (a refused message, a lost claim) are return values, not errors. It has no schema, so
 * that the browser can use it without the schema library; `problem.ts` has the wire shape.
 */

export const errorCodes = [
  "invalid_request",
  "unauthorized",
  "forbidden_origin",
  "not_found",
  "method_not_allowed",
  "conflict",
  "idempotency_mismatch",
  "limit_exceeded",
  "payload_too_large",
  "headers_too_large",
  "range_not_satisfiable",
  "unsupported_media_type",
  "rate_limited",
  "unavailable",
  "storage_full",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A caller's mistake or a missing thing. The message says what was expected, what was found and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];

  constructor(
    code: ErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly fields?: readonly FieldError[] },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.fields = options?.fields ?? [];
  }
}

/** Ends a `switch` over a union: fails to compile if a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
