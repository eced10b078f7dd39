/**
 * Reads a request's JSON body within bounds (SE7): type, size, syntax and depth are checked before any schema sees it. Half
 * letters (lone surrogates) become U+FFFD here, as the store keeps them: what is answered, compared and read later is the same.
 */
import { AppError } from "@reef/protocol/error";

/** Largest body, in bytes: the longest message, every letter of it escaped. */
export const maxBodyBytes = 8 * 2 ** 20;
/** Schemas and JSON's own functions call themselves once a level. */
const maxDepth = 100;

/** The parsed body; undefined when there is none. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return undefined;
  requireJson(request.headers);
  const text = decode(bytes);
  const body = parse(text);
  requireShallow(body);
  return /\\u[dD][89a-fA-F]/.test(text) ? toWellFormed(body) : body;
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

function requireShallow(body: unknown): void {
  let level = [body].filter(isNested);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) {
      throw new AppError("invalid_request", `the body is nested too deeply: at most ${maxDepth} levels`);
    }
    level = level.flatMap((value) => Object.values(value).filter(isNested));
  }
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  if (!isNested(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key.toWellFormed(), toWellFormed(of)]));
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("invalid_request", "the body broke off before its end", { cause });
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", `a body may have at most ${maxBodyBytes / 2 ** 20} MiB`);
}
