/**
 * How far each transcript has been taken over. A cache: the entries in the store know their rows by id, so that without it
 * transcripts are read from their start and nothing comes twice. One file for each gateway, written after the store.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GatewayId } from "@reef/protocol/ids";
import { z } from "zod";

const Position = z.object({
  /** The gateway's transcript, and the last of its rows that is settled. */
  sessionId: z.string(),
  place: z.int(),
  /** The run or turn that the rows after it belong to, while no row says otherwise. */
  owner: z.string().nullable(),
  /** Newest entry here at that time: a store that has fewer was put back to an older state, and this is void. */
  lastSeq: z.int(),
});
export type Position = z.infer<typeof Position>;

const File = z.object({ version: z.literal(1), positions: z.record(z.string(), Position) });

export interface Positions extends AsyncDisposable {
  get(key: string): Position | null;
  set(key: string, position: Position): void;
  delete(key: string): void;
}

/** How long changes gather before they are written, in milliseconds. */
const gatherMs = 500;

/** `folder` null keeps them in memory only. */
export async function openPositions(folder: string | null, gatewayId: GatewayId): Promise<Positions> {
  const path = folder === null ? null : join(folder, `${gatewayId}.json`);
  const positions = new Map(path === null ? [] : await readPositions(path));
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function write(): void {
    timer = undefined;
    if (path !== null) writing = writing.then(() => writePositions(path, positions));
  }

  return {
    get: (key) => positions.get(key) ?? null,
    set(key, position) {
      positions.set(key, position);
      timer ??= setTimeout(write, gatherMs);
    },
    delete(key) {
      positions.delete(key);
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

async function readPositions(path: string): Promise<[string, Position][]> {
  try {
    return Object.entries(File.parse(JSON.parse(await readFile(path, "utf8"))).positions);
  } catch {
    // Missing or damaged: everything is read from the start.
    return [];
  }
}

async function writePositions(path: string, positions: ReadonlyMap<string, Position>): Promise<void> {
  try {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    const file: z.infer<typeof File> = { version: 1, positions: Object.fromEntries(positions) };
    await writeFile(`${path}.part`, JSON.stringify(file), { mode: 0o600 });
    await rename(`${path}.part`, path);
  } catch {
    // A full disk costs time at the next start, nothing else.
  }
}
