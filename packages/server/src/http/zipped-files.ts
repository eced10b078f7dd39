/**
 * Reads files as they are sent: named by their content, and compressed once for as long as the file on disk stays the
 * same. Only compressed files are kept, up to a bound; the least recently used is dropped first.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export type FileEncoding = "br" | "gzip";

export interface SentFile {
  /** Weak: the same for every encoding. */
  readonly etag: string;
  readonly read: (encoding: FileEncoding | null) => Promise<Buffer>;
}

export interface ZippedFiles {
  /** Returns null when there is no file of this name. */
  readonly find: (path: string) => Promise<SentFile | null>;
  /** Of everything kept. */
  readonly keptBytes: () => number;
}

interface KeptFile {
  /** Changes with the file. */
  readonly stamp: string;
  readonly etag: Promise<string>;
  readonly zipped: Map<FileEncoding, Promise<Buffer>>;
  bytes: number;
}

/** The console takes about 10 MB in both encodings. */
const usualMaxBytes = 32_000_000;
/** The best Brotli level that takes less than a tenth of a second for the largest script. */
const compressBy = {
  br: (file: Buffer) => promisify(brotliCompress)(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (file: Buffer) => promisify(gzip)(file),
} as const;

export function createZippedFiles({ maxBytes = usualMaxBytes } = {}): ZippedFiles {
  const keptByPath = new Map<string, KeptFile>();
  let keptBytes = 0;

  function forget(path: string, kept: KeptFile): void {
    if (keptByPath.get(path) !== kept) return;
    keptByPath.delete(path);
    keptBytes -= kept.bytes;
  }

  /** The newest is last. */
  function keep(path: string, stamp: string): KeptFile {
    const before = keptByPath.get(path);
    if (before?.stamp === stamp) {
      keptByPath.delete(path);
      keptByPath.set(path, before);
      return before;
    }
    if (before) forget(path, before);
    const kept: KeptFile = { stamp, etag: readFile(path).then(etagOf), zipped: new Map(), bytes: 0 };
    kept.etag.catch(() => forget(path, kept));
    keptByPath.set(path, kept);
    return kept;
  }

  function zip(path: string, kept: KeptFile, encoding: FileEncoding): Promise<Buffer> {
    const zipping = readFile(path).then(compressBy[encoding]);
    kept.zipped.set(encoding, zipping);
    zipping.then(
      ({ byteLength }) => {
        if (keptByPath.get(path) !== kept) return;
        kept.bytes += byteLength;
        keptBytes += byteLength;
        for (const [oldest, old] of keptByPath) {
          if (keptBytes <= maxBytes) return;
          forget(oldest, old);
        }
      },
      () => forget(path, kept),
    );
    return zipping;
  }

  return {
    async find(path) {
      const found = await stat(path).catch(ifThere);
      if (!found?.isFile()) return null;
      const kept = keep(path, `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`);
      const etag = await kept.etag.catch(ifThere);
      if (etag === null) return null;
      return {
        etag,
        read: (encoding) =>
          encoding === null ? readFile(path) : (kept.zipped.get(encoding) ?? zip(path, kept, encoding)),
      };
    },
    keptBytes: () => keptBytes,
  };
}

function etagOf(file: Buffer): string {
  return `W/"${createHash("sha256").update(file).digest("base64url").slice(0, 22)}"`;
}

function ifThere(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "EISDIR" || error.code === "ENOTDIR") return null;
  throw error;
}
