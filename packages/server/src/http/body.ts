/**
 * Reads a request's JSON body within bounds (SE7). Type, size, width and depth are checked before it is parsed, because
 * a wide body costs a hundred times more than a long text of its size. Half letters (lone surrogates) become U+FFFD
 * here, as in the store: what is answered, compared and read later is the same.
 */
import { AppError } from "@reef/protocol/error";

/** The largest body, in bytes: the longest message with every letter escaped. */
export const maxBodyBytes = 8 * 2 ** 20;

export interface BodyLimit {
  readonly bytes: number;
  /** Fields of objects and items of lists, on all levels together. */
  readonly values: number;
}

/** The limits of endpoints: settings and choices, a long text, a long list of texts, or a whole conversation. */
export const bodyLimits = {
  usual: { bytes: 256 * 2 ** 10, values: 10_000 },
  text: { bytes: maxBodyBytes, values: 10_000 },
  list: { bytes: maxBodyBytes, values: 50_000 },
  history: { bytes: 4 * maxBodyBytes, values: 500_000 },
} as const satisfies Readonly<Record<string, BodyLimit>>;
/** Schemas and JSON's own functions recurse once a level. */
const maxDepth = 100;

/** Returns the parsed body; undefined when there is none. */
export async function readJsonBody(request: Request, limit: BodyLimit): Promise<unknown> {
  const bytes = await readBytes(request, limit.bytes);
  if (bytes.byteLength === 0) return undefined;
  requireJson(request.headers);
  requireNarrow(bytes, limit.values);
  const text = decode(bytes);
  const body = parse(text);
  return /\\u[dD][89a-fA-F]/.test(text) ? toWellFormed(body) : body;
}

/** Returns a body that is not JSON as it is. Throws `payload_too_large`. */
export async function readRawBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AppError("payload_too_large", `expected at most ${maxBytes / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function requireJson(headers: Headers): void {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError("unsupported_media_type", `expected content-type application/json, found ${type || "none"}`);
  }
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  if (encoding !== "identity") {
    throw new AppError("unsupported_media_type", `expected a body without content-encoding, found ${encoding}`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("invalid_request", "the body is not valid JSON in UTF-8", { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_request", "the body is not valid JSON in UTF-8", { cause });
  }
}

const sign = { quote: 0x22, backslash: 0x5c, comma: 0x2c, list: 0x5b, listEnd: 0x5d, object: 0x7b, objectEnd: 0x7d };

/** Counts the characters that structure JSON, each byte once, without building a value. */
function requireNarrow(bytes: Uint8Array, maxValues: number): void {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === sign.quote) {
      at = endOfText(bytes, at);
    } else if (byte === sign.list || byte === sign.object) {
      values += 1;
      depth += 1;
      if (depth > maxDepth) {
        throw new AppError("invalid_request", `the body is nested too deeply: at most ${maxDepth} levels`);
      }
    } else if (byte === sign.comma) {
      values += 1;
    } else if (byte === sign.listEnd || byte === sign.objectEnd) {
      depth -= 1;
    }
    if (values > maxValues) {
      const most = maxValues.toLocaleString("en");
      throw new AppError("payload_too_large", `the body of this request may hold at most ${most} fields and items`);
    }
  }
}

/** Returns the end of the text whose quote is at `from`; the end of the body when it has none. */
function endOfText(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; ; at += 1) {
    at = bytes.indexOf(sign.quote, at);
    if (at === -1) return bytes.length;
    let escapes = 0;
    while (bytes[at - 1 - escapes] === sign.backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  if (!isNested(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toWellFormed(), toWellFormed(part)]));
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return new Uint8Array();
  if (request.headers.has("content-length")) return await readWhole(request, maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("invalid_request", "the body ended too early", { cause });
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Reads a body that says its length, and so is no longer: in one piece it needs no stream. */
async function readWhole(request: Request, maxBytes: number): Promise<Uint8Array> {
  const body = await request.arrayBuffer().catch((cause: unknown) => {
    throw new AppError("invalid_request", "the body ended too early", { cause });
  });
  if (body.byteLength > maxBytes) throw tooLarge(maxBytes);
  return new Uint8Array(body);
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("payload_too_large", `the body of this request may have at most ${sizeWords(maxBytes)}`);
}

/** Formats as `256 KiB`, `8 MiB`. */
export function sizeWords(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}
