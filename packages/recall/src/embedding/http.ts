/**
 * Calls a server of embeddings once, and classifies its failures. The server's messages are never repeated: they may
 * contain the key or the texts. A redirect is a failure, so that the key stays with the address it was given for.
 */
import { EmbeddingFailure } from "@reef/engine/port/embedding";

export interface EmbeddingRequest {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly body: object;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly send: SendHttp;
}

export interface SentRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Follows no redirect. Rejects with the code `EACCES` for an address that must not be called (SE8), and with the
 * signal's reason.
 */
export type SendHttp = (request: SentRequest) => Promise<SentAnswer>;

export interface SentAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  /** Stops reading; the unread rest of the body is dropped. */
  leave(isRead: boolean): void;
}

/** A larger answer is not a valid one. */
const maxBytes = 64 * 1024 * 1024;

/** Returns the answer as JSON. Rejects with `EmbeddingFailure`, or with the signal's reason. */
export async function callServer({ url, apiKey, body, signal, timeoutMs, send }: EmbeddingRequest): Promise<unknown> {
  const where = `the embedding server at ${new URL(url).host}`;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send({
      url: new URL(url),
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, late]),
    });
    try {
      if (response.status < 200 || response.status > 299) throw ofStatus(where, response);
      return JSON.parse(await readText(response, where));
    } finally {
      response.leave(true);
    }
  } catch (error) {
    if (error instanceof EmbeddingFailure) throw error;
    signal.throwIfAborted();
    if (late.aborted) throw passing(`${where} did not answer within ${Math.round(timeoutMs / 1000)} s`);
    if (error instanceof SyntaxError) throw passing(`${where} answered something that is not JSON`);
    const code = codeOf(error);
    if (code === " (EACCES)") {
      const message = `${where} has a link-local address, where cloud machines serve their keys: it was not contacted`;
      throw new EmbeddingFailure(message, { kind: "refused" });
    }
    throw passing(`${where} cannot be reached${code}`);
  }
}

async function readText(response: SentAnswer, where: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > maxBytes) throw passing(`${where} answered more than ${maxBytes / 1024 / 1024} MB`);
  }
  return text + decoder.decode();
}

function ofStatus(where: string, { status, headers }: SentAnswer): EmbeddingFailure {
  const said = `${where} answered ${status}`;
  switch (status) {
    case 400:
    case 413:
    case 422:
      return new EmbeddingFailure(`${said}: it does not take this text or this model`, { kind: "text" });
    case 401:
    case 403:
      return new EmbeddingFailure(`${said}: check the key`, { kind: "refused" });
    case 404:
      return new EmbeddingFailure(`${said}: check the address and the model's name`, { kind: "refused" });
    default: {
      const kind = status === 408 || status === 429 || status >= 500 ? "passing" : "refused";
      return new EmbeddingFailure(said, { kind, retryAfterMs: retryAfter(headers.get("retry-after")) });
    }
  }
}

/** Reads a number of seconds; a date is left to the caller's own pauses. */
function retryAfter(value: string | null): number | null {
  const seconds = Number(value ?? "");
  return value === null || !Number.isFinite(seconds) || seconds < 0 ? null : Math.min(seconds, 3_600) * 1_000;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : "";
}

export function passing(message: string): EmbeddingFailure {
  return new EmbeddingFailure(message, { kind: "passing" });
}
