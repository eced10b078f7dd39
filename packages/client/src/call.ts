/**
 * Makes one HTTP call: builds the request, reads the JSON answer, and turns every failure into an `AppError`. A server
 * that cannot be reached is `unavailable`; a refusal keeps the server's own code, words and fields.
 */
import { AppError, type ErrorCode, errorCodes, type FieldError } from "@reef/protocol/error";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Lets the browser finish the request even when its page is closed. */
  readonly keepalive?: boolean;
}

export type QueryValue = string | number | boolean | null | undefined;

export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  /** The body as it is, with its own type, in place of JSON. */
  readonly file?: Blob;
  /** `blob` returns the answer's bytes with their type; the default is JSON. */
  readonly answer?: "blob";
  /** Asks for lines of JSON, and receives each as it arrives; the last line is the answer. */
  readonly onLine?: ((line: unknown) => void) | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly keepalive?: boolean;
  /** For an answer without a body: the header whose value is the answer, or null. */
  readonly answerHeader?: string;
}

/** Sends a call. The caller names the type of the answer; it is not checked. */
export type Send = <Answer>(call: ApiCall) => Promise<Answer>;

export function createSend(options: {
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly fetch: typeof fetch;
}): Send {
  const base = options.baseUrl.replace(/\/+$/, "");
  return async <Answer>(call: ApiCall): Promise<Answer> => {
    const response = await request(call, `${base}${call.path}${queryText(call.query)}`, options);
    if (response.status === 204)
      return (call.answerHeader ? response.headers.get(call.answerHeader) : undefined) as Answer;
    if (!response.ok) throw await responseToError(response);
    if (call.onLine) return (await readLines(response, call)) as Answer;
    return (await (call.answer === "blob" ? readBlob(response) : readJson(response))) as Answer;
  };
}

async function request(
  call: ApiCall,
  url: string,
  options: { readonly token: string | undefined; readonly fetch: typeof fetch },
): Promise<Response> {
  const accept = call.onLine ? "application/x-ndjson" : "application/json";
  const headers: Record<string, string> = { accept, ...call.headers };
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
  if (call.body !== undefined) headers["content-type"] = "application/json";
  if (call.file !== undefined) headers["content-type"] = call.file.type || "application/octet-stream";
  try {
    return await options.fetch(url, {
      method: call.method,
      headers,
      credentials: "same-origin",
      ...(call.keepalive && { keepalive: true }),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.file === undefined ? {} : { body: call.file }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new AppError("unavailable", "the server cannot be reached: is it running, and is the address right?", {
      cause,
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new AppError("unavailable", "the server's answer was cut off or is not JSON", { cause });
  }
}

async function readLines(response: Response, { onLine, signal }: ApiCall): Promise<unknown> {
  let last: unknown;
  let rest = "";
  const take = (text: string): void => {
    if (text.trim() === "") return;
    last = JSON.parse(text);
    onLine?.(last);
  };
  try {
    const decoder = new TextDecoder();
    // Not every browser supports `for await` over a stream.
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const lines = (rest + decoder.decode(part.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
    take(rest);
    return last;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new AppError("unavailable", "the server's answer was cut off or is not JSON", { cause });
  }
}

async function readBlob(response: Response): Promise<Blob> {
  try {
    return await response.blob();
  } catch (cause) {
    throw new AppError("unavailable", "the server's answer was cut off", { cause });
  }
}

async function responseToError(response: Response): Promise<AppError> {
  return problemToError(response.status, await response.json().catch(() => null));
}

/** Turns a server's refusal into an error; `body` is its JSON, null when it had none. */
export function problemToError(status: number, problem: unknown): AppError {
  if (isRecord(problem) && isErrorCode(problem.code) && typeof problem.detail === "string") {
    return new AppError(problem.code, problem.detail, { fields: readFields(problem.errors) });
  }
  const code: ErrorCode = status >= 500 ? "unavailable" : "internal";
  return new AppError(code, `the server answered ${status} without saying why; is something else on this port?`);
}

function readFields(value: unknown): readonly FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map(({ path, message }) => ({ path: String(path), message: String(message) }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return errorCodes.some((code) => code === value);
}

function queryText(query: ApiCall["query"]): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}
