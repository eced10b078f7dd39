/**
 * MB11: a file's bytes are on disk before its row, and its row before it is acknowledged; bytes are removed only if no
 * row has their hash. Work on one hash is serialised, so that a sweep never takes bytes that are being kept.
 */
import { AppError } from "@reef/protocol/error";
import { maxFileBytes } from "@reef/protocol/file-limits";
import { msToIso } from "@reef/protocol/time";
import type { Files } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { Clock } from "../port/clock.ts";
import type { FileBytes } from "../port/files.ts";
import type { Store } from "../port/store.ts";
import { cleanFileName } from "./file-name.ts";
import { describeBytes, nameOfType } from "./media-type.ts";

export interface FilesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly bytes: FileBytes;
  /** For all files together. */
  readonly maxBytes: number;
}

/** How long a draft's files wait for their message. */
const unnamedMs = 86_400_000;
const hashesAtOnce = 500;

export function openFiles({ store, clock, bytes, maxBytes }: FilesOptions): Files {
  const inOrder = createQueues();
  const commit = (op: Parameters<Store["commit"]>[0]["ops"][number]) =>
    store.commit({ at: msToIso(clock.now()), ops: [op] });
  const isKnown = async (sha256: string) => (await store.read.knownHashes([sha256])).length > 0;

  async function removeUnknown(sha256: string): Promise<boolean> {
    if (await isKnown(sha256)) return false;
    await bytes.delete(sha256);
    return true;
  }

  return {
    bytes,
    async keep({ name, mediaType, chunks }) {
      await using received = await bytes.receive(bounded(chunks, { bytes, maxBytes }));
      const { sha256, sizeBytes } = received;
      if (sizeBytes === 0) throw new AppError("invalid_request", "the file is empty");
      const described = await describeBytes((offset, length) => received.read(offset, length), mediaType);
      const fallback = nameOfType(described);
      const file = { id: makeId("file"), name: cleanFileName(name ?? "", fallback), ...described, sizeBytes, sha256 };
      return await inOrder(sha256, async () => {
        try {
          await received.keep();
          await commit({ op: "file.create", file });
        } catch (error) {
          await removeUnknown(sha256).catch(() => undefined); // the next sweep removes them
          throw error;
        }
        const stored = await store.read.file(file.id);
        if (stored === null) throw new Error("a committed file has no row");
        return stored;
      });
    },
    async read(id) {
      const file = await store.read.file(id);
      const found = file === null ? null : await bytes.read(file.sha256);
      return found?.byteLength === file?.sizeBytes ? found : null;
    },
    async sweep() {
      await commit({ op: "file.sweep", before: msToIso(clock.now() - unnamedMs) });
      let removed = 0;
      for await (const batch of inBatches(bytes.hashes(), hashesAtOnce)) {
        const known = new Set(await store.read.knownHashes(batch));
        for (const sha256 of batch) {
          if (known.has(sha256)) continue;
          if (await inOrder(sha256, () => removeUnknown(sha256))) removed += 1;
        }
      }
      return removed;
    },
  };
}

/** Passes the bytes on until they exceed the limit of one file or of all files together. */
async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  { bytes, maxBytes }: Pick<FilesOptions, "bytes" | "maxBytes">,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxFileBytes) throw fileTooLarge();
    if ((await bytes.used()) + chunk.byteLength > maxBytes) throw quotaReached(maxBytes);
    yield chunk;
  }
}

export function fileTooLarge(): AppError {
  return new AppError("payload_too_large", `a file may have at most ${maxFileBytes / 1_000_000} MB`);
}

function quotaReached(maxBytes: number): AppError {
  const limit = maxBytes >= 1e9 ? `${Math.round(maxBytes / 1e8) / 10} GB` : `${Math.round(maxBytes / 1e5) / 10} MB`;
  return new AppError(
    "storage_full",
    `all files together may take up ${limit}, and this one does not fit: delete sessions whose files you no longer need, or raise REEF_FILES_MAX_BYTES`,
  );
}

async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Runs acts with the same key one after another. */
function createQueues(): <Result>(key: string, act: () => Promise<Result>) => Promise<Result> {
  const lastByKey = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = lastByKey.get(key) ?? Promise.resolve();
    const done = before.then(act, act);
    lastByKey.set(key, done);
    try {
      return await done;
    } finally {
      if (lastByKey.get(key) === done) lastByKey.delete(key);
    }
  };
}
