/**
 * What both sides of a gateway agreed on, for each session: without it nobody could tell who changed something while they
 * were apart. A cache in one file for each gateway: without it the two are compared as at first sight.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GatewayId } from "@reef/protocol/ids";
import { z } from "zod";
import type { Agreement } from "./agreement.ts";

const Standing = z.object({
  title: z.string().nullable(),
  pinned: z.boolean(),
  archived: z.boolean(),
  unread: z.boolean(),
});
const Kept = z.object({ here: Standing.extend({ title: z.string(), lastSeq: z.int() }), there: Standing });
const File = z.object({ version: z.literal(1), agreements: z.record(z.string(), Kept) });

export interface Agreements extends AsyncDisposable {
  get(key: string): Agreement | null;
  set(key: string, agreement: Agreement): void;
}

const gatherMs = 500;

/** `folder` null keeps them in memory only. */
export async function openAgreements(folder: string | null, gatewayId: GatewayId): Promise<Agreements> {
  const path = folder === null ? null : join(folder, `${gatewayId}.agreed.json`);
  const agreements = new Map<string, Agreement>(path === null ? [] : await readFrom(path));
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  function write(): void {
    timer = undefined;
    if (path !== null) writing = writing.then(() => writeTo(path, agreements));
  }
  return {
    get: (key) => agreements.get(key) ?? null,
    set(key, agreement) {
      agreements.set(key, agreement);
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

async function readFrom(path: string): Promise<[string, Agreement][]> {
  try {
    return Object.entries(File.parse(JSON.parse(await readFile(path, "utf8"))).agreements);
  } catch {
    // Missing or damaged.
    return [];
  }
}

async function writeTo(path: string, agreements: ReadonlyMap<string, Agreement>): Promise<void> {
  try {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    const file = { version: 1, agreements: Object.fromEntries(agreements) };
    await writeFile(`${path}.part`, JSON.stringify(file), { mode: 0o600 });
    await rename(`${path}.part`, path);
  } catch {
    // A full disk costs what was changed while both were apart, nothing else.
  }
}
