/**
 * Reads a zip file that was sent, as if it were a folder to import (SE6). Nothing is unpacked to disk. A name that leads
 * out of it refuses the whole file; links, encrypted and damaged files, and those that would unpack to far more than
 * they are, are refused one by one. What it says of its sizes is checked while it is read.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { AppError } from "@reef/protocol/error";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import type { Listed, ReadBytes, Root } from "./root.ts";

export const zipLimits = { bytes: 20_000_000, entries: 5_000, unpackedBytes: 60_000_000, ratio: 200 } as const;

/** Below this, no ratio is a danger. */
const smallBytes = 100_000;
const longestName = 1_000;
/** Deeper folders are in no skill, and many of them would fill the memory. */
const mostDepth = 16;
/** What other programs add beside the files. */
const isClutter = (name: string) => /(^|\/)(__MACOSX\/|\.DS_Store$)/.test(name);

interface Folder {
  readonly files: Map<string, Entry>;
  readonly folders: Set<string>;
  readonly refused: { readonly path: string; readonly reason: string }[];
}

/** Throws `invalid_request` if it is not a zip file, or one that could do harm. */
export async function openZip(name: string, bytes: Uint8Array): Promise<Root> {
  const zip = await orRefused(fromBufferPromise(Buffer.from(bytes), { strictFileNames: true, autoClose: false }));
  if (zip.entryCount > zipLimits.entries) {
    throw refused(`it has ${zip.entryCount} entries, more than ${zipLimits.entries}`);
  }
  const folders = new Map<string, Folder>();
  const entryByPath = new Map<string, Entry>();
  let unpackedBytes = 0;
  for await (const entry of entriesOf(zip)) {
    const path = entry.fileName;
    if (path.length > longestName || /\p{Cc}/u.test(path))
      throw refused("a name in it is too long, or has odd characters");
    if (isClutter(path)) continue;
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    const isFolder = path.endsWith("/");
    const last = isFolder ? undefined : parts.pop();
    const parent = folderAt(folders, parts.slice(0, mostDepth));
    if (last === undefined) continue;
    const reason = parts.length > mostDepth ? "too deep" : whyNot(entry);
    if (reason !== null) {
      parent.refused.push({ path: join(...parts, last), reason });
      continue;
    }
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > zipLimits.unpackedBytes) {
      throw refused(`it unpacks to more than ${zipLimits.unpackedBytes / 1_000_000} MB`);
    }
    if (parent.files.has(last)) throw refused(`${path} is in it twice`);
    parent.files.set(last, entry);
    entryByPath.set(join(...parts, last), entry);
  }
  return {
    path: `zip:${name}`,
    list: async (folder) => listed(folders.get(keyOf(folder))),
    async read(file, maxBytes) {
      const found = await readEntry(zip, entryByPath.get(join(file)), maxBytes);
      return found.state === "bytes" ? { state: "text", text: new TextDecoder().decode(found.bytes) } : found;
    },
    readBytes: (file, maxBytes) => readEntry(zip, entryByPath.get(join(file)), maxBytes),
  };
}

/** Returns the folder, which is created with those above it. */
function folderAt(folders: Map<string, Folder>, parts: readonly string[]): Folder {
  const key = parts.join("/");
  const known = folders.get(key);
  if (known !== undefined) return known;
  const made: Folder = { files: new Map(), folders: new Set(), refused: [] };
  folders.set(key, made);
  const last = parts.at(-1);
  if (last !== undefined) folderAt(folders, parts.slice(0, -1)).folders.add(last);
  return made;
}

function keyOf(folder: string): string {
  const joined = join(folder);
  return joined === "." ? "" : joined;
}

function listed(folder: Folder | undefined): Listed {
  if (folder === undefined) return { files: [], folders: [], refused: [] };
  const files = [...folder.files].map(([name, entry]) => ({ name, modifiedMs: 0, sizeBytes: entry.uncompressedSize }));
  return {
    files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    folders: [...folder.folders].toSorted(),
    refused: folder.refused,
  };
}

const typeMask = 0o170000;
const regularFile = 0o100000;
const folderType = 0o040000;

function whyNot(entry: Entry): string | null {
  if (entry.isEncrypted()) return "it is encrypted";
  if (!entry.canDecodeFileData()) return "it is packed in a way that is not read";
  // The upper half of the attributes is the mode, where a Unix wrote it.
  const type = (entry.externalFileAttributes >>> 16) & typeMask;
  if (entry.versionMadeBy >> 8 === 3 && type !== 0 && type !== regularFile && type !== folderType) {
    return type === 0o120000 ? "a symbolic link: not followed" : "neither a file nor a folder";
  }
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > smallBytes && uncompressedSize > compressedSize * zipLimits.ratio) {
    return `it unpacks to more than ${zipLimits.ratio} times its size`;
  }
  return null;
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw error instanceof AppError ? error : refused(reasonOf(error));
  }
}

async function readEntry(zip: ZipFile, entry: Entry | undefined, maxBytes: number): Promise<ReadBytes> {
  if (entry === undefined) return { state: "missing" };
  if (entry.uncompressedSize > maxBytes) {
    return { state: "refused", reason: `it has ${entry.uncompressedSize} bytes, more than ${maxBytes}` };
  }
  try {
    const parts: Buffer[] = [];
    // More or less than the zip file says is an error here.
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    if (crc32(bytes) !== entry.crc32) return { state: "refused", reason: "it is damaged" };
    return { state: "bytes", bytes };
  } catch (error) {
    return { state: "refused", reason: `it is damaged: ${reasonOf(error)}` };
  }
}

async function orRefused<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    throw refused(reasonOf(error));
  }
}

function refused(reason: string): AppError {
  const message = `this zip file can't be imported: ${reason}`;
  return new AppError("invalid_request", message, { fields: [{ path: "body", message }] });
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 200);
}
