/**
 * Compresses an answer for a client that accepts it. Only whole bodies large enough: a stream has to flush, and most
 * files are compressed already. Answers that hold a secret, such as a login code, or say where one is used, are not
 * compressed: their length must reveal nothing about them (BREACH). The others can be requested only by the console's
 * page: see SE3.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";

export type Encoding = "zstd" | "br" | "gzip";

/** In bytes: smaller answers fit into one or two packets anyway. */
const leastBytes = 2_048;
/** Fast levels: a page of a thousand sessions takes some milliseconds, on a thread of its own. */
const compressBy: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  zstd: (body) => promisify(zstdCompress)(body, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => promisify(gzip)(body, { level: 6 }),
};
const encodings = Object.keys(compressBy) as readonly Encoding[];
const secretPaths = /^\/v1\/(login|logout|secrets|devices|tokens?|gateways|providers|imports|embeddings)\b/;

/** Returns the body, and the headers that name its encoding. */
export async function compressAnswer(
  request: Request,
  text: string,
): Promise<{ readonly body: string | Uint8Array<ArrayBuffer>; readonly headers: Readonly<Record<string, string>> }> {
  if (text.length < leastBytes || secretPaths.test(new URL(request.url).pathname)) return { body: text, headers: {} };
  const vary = { vary: "accept-encoding" };
  const encoding = chooseEncoding(request.headers.get("accept-encoding"), encodings);
  if (encoding === null) return { body: text, headers: vary };
  const body = await compressBy[encoding](Buffer.from(text));
  return { body: new Uint8Array(body), headers: { ...vary, "content-encoding": encoding } };
}

/** Returns the first of `offered` that the client accepts; null when it accepts none. A weight of 0 refuses. */
export function chooseEncoding<Name extends string>(header: string | null, offered: readonly Name[]): Name | null {
  const taken = new Map<string, number>();
  for (const part of (header ?? "").toLowerCase().split(",", 20)) {
    const [name = "", ...parameters] = part.split(";").map((each) => each.trim());
    const weight = parameters.find((each) => each.startsWith("q="))?.slice(2);
    if (name !== "") taken.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  return offered.find((name) => (taken.get(name) ?? taken.get("*") ?? 0) > 0) ?? null;
}
