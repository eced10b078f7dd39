/** Kills a process that keeps files at random moments and examines the disk. More rounds: REEF_CRASH_ROUNDS=1000. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openFiles } from "@reef/engine/file/files";
import type { FileId } from "@reef/protocol/ids";
import { expect, it } from "vitest";
import { openSqliteStore } from "../sqlite/open.ts";
import { openFileFolder } from "./file-folder.ts";

const rounds = Math.ceil(Number(process.env.REEF_CRASH_ROUNDS ?? 50) / 2);
const script = fileURLToPath(new URL("../testing/keep-process.ts", import.meta.url));
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };

it(
  `MB11: after ${rounds} kills every acknowledged file is whole, and a sweep leaves nothing that no row has`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "reef-keep-"));
    try {
      const acknowledged = new Map<FileId, string>();
      for (let round = 0; round < rounds; round++) {
        for (const [id, sha256] of await runUntilKilled(folder, round)) acknowledged.set(id, sha256);
      }
      expect(acknowledged.size).toBeGreaterThan(rounds);
      await judge(folder, acknowledged);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  Math.max(300_000, rounds * 12_000),
);

async function runUntilKilled(folder: string, round: number): Promise<readonly (readonly [FileId, string])[]> {
  const child = spawn(process.execPath, [script, folder, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const kept: (readonly [FileId, string])[] = [];
  let killer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, id = "", sha256 = ""] = line.split(" ");
    // A line that the kill cut off is no acknowledgement.
    if (word === "kept" && sha256.length === 64) kept.push([id as FileId, sha256]);
    if (word === "ready") killer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 150);
  }
  clearTimeout(killer);
  const [code, signal] = await exit;
  expect(signal ?? code).toBe("SIGKILL");
  return kept;
}

async function judge(folder: string, acknowledged: ReadonlyMap<FileId, string>): Promise<void> {
  await using store = await openSqliteStore({ folder, clock });
  const root = join(folder, "files");
  const files = openFiles({ store, clock, bytes: await openFileFolder(root), maxBytes: 1e9 });
  await files.sweep();
  for (const [id, sha256] of acknowledged) {
    const bytes = await files.read(id);
    expect(bytes, `${id} is gone`).not.toBeNull();
    expect(
      createHash("sha256")
        .update(bytes ?? "")
        .digest("hex"),
    ).toBe(sha256);
  }
  const onDisk = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hashes = onDisk.map(({ name }) => name);
  expect((await store.read.knownHashes(hashes)).length).toBe(hashes.length);
  for (const { name, parentPath } of onDisk) {
    const found = createHash("sha256")
      .update(readFileSync(join(parentPath, name)))
      .digest("hex");
    expect(found).toBe(name);
  }
}
