/** Reads a request's JSON body within bounds (SE7): type, size and syntax are checked before any schema sees it. */
import { AppError } from "@reef/protocol/error";

/** Largest body, in bytes. */
export const maxBodyBytes = 2 * 2 ** 20;

/** The parsed body; undefined when there is none. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return undefined;
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError("unsupported_media_type", `expected content-type application/json, found ${type ?? "none"}`);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("invalid_request", "the body is not valid JSON in UTF-8", { cause });
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", `a body may have at most ${maxBodyBytes / 2 ** 20} MiB`);
}
