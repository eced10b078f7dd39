/**
 * Keeps a map of a gateway's mirror in one JSON file. It is a cache: a missing or damaged file is an empty map, and a
 * full disk costs only what the map saves. Changes gather for half a second, and the rest is written at the end.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

export interface KeptMap<Value> extends AsyncDisposable {
  get(key: string): Value | null;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** How long changes gather before they are written, in milliseconds. */
const gatherMs = 500;

export interface KeptMapSettings<Value> {
  /** The file; null keeps the map in memory only. */
  readonly path: string | null;
  /** The field of the values in the file. */
  readonly field: string;
  readonly value: z.ZodType<Value>;
}

export async function openKeptMap<Value>({ path, field, value }: KeptMapSettings<Value>): Promise<KeptMap<Value>> {
  const kept = new Map(path === null ? [] : await readMap(path, { field, value }));
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function write(): void {
    timer = undefined;
    if (path !== null) writing = writing.then(() => writeMap(path, { field, kept }));
  }

  return {
    get: (key) => kept.get(key) ?? null,
    set(key, value) {
      kept.set(key, value);
      timer ??= setTimeout(write, gatherMs);
    },
    delete(key) {
      kept.delete(key);
      timer ??= setTimeout(write, gatherMs);
    },
    async [Symbol.asyncDispose]() {
      if (timer !== undefined) {
        clearTimeout(timer);
        write();
      }
      await writing;
    },
  };
}

async function readMap<Value>(
  path: string,
  { field, value }: Pick<KeptMapSettings<Value>, "field" | "value">,
): Promise<[string, Value][]> {
  try {
    const File = z.object({ version: z.literal(1), [field]: z.record(z.string(), value) });
    const file = File.parse(JSON.parse(await readFile(path, "utf8")));
    return Object.entries(file[field] as Record<string, Value>);
  } catch {
    return []; // missing or damaged
  }
}

async function writeMap<Value>(
  path: string,
  { field, kept }: { readonly field: string; readonly kept: ReadonlyMap<string, Value> },
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.part`, JSON.stringify({ version: 1, [field]: Object.fromEntries(kept) }), { mode: 0o600 });
    await rename(`${path}.part`, path);
  } catch {
    // A full disk: it is written again with the next change.
  }
}
