/** Tests a store whose disk or thread fails: it says so, loses nothing, and recovers by itself. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { openKit, settleOp } from "@reef/engine/testing/seeds";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSqliteStore } from "./open.ts";
import type { StartThread } from "./writer.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reef-trouble-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Mounts a separate disk of this many megabytes; returns null where that is not allowed. */
function smallDisk(megabytes: number): string | null {
  const folder = newFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}

describe("SV1: a store in trouble", () => {
  it("says that the disk is full, keeps what it accepted, and goes on when there is room", async ({ skip }) => {
    const disk = smallDisk(24);
    if (disk === null) return skip("a small disk cannot be mounted here");
    const folder = join(disk, "data");
    await using kit = await openKit((clock) => openSqliteStore({ folder, clock }));
    const session = await kit.session();
    await kit.send(session, { text: "before" });
    expect(kit.store.problem()).toBeNull();

    const { bavail, bsize } = statfsSync(disk);
    const filler = join(disk, "filler");
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 300_000));
    const accepted = ["before"];
    const refused: unknown[] = [];
    for (let n = 0; n < 40; n += 1) {
      const text = `${n} ${"x".repeat(20_000)}`;
      await kit.send(session, { text }).then(
        () => accepted.push(text),
        (error: unknown) => refused.push(error),
      );
    }
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toMatchObject({ code: "storage_full", message: expect.stringMatching(/^the disk is full/) });
      expect(String(error)).not.toMatch(/\n|\.js|\.ts|node_modules/);
    }
    expect(kit.store.problem()).toMatch(/the disk is full/);

    rmSync(filler);
    await expect.poll(() => kit.store.problem(), { timeout: 20_000 }).toBeNull();
    await kit.send(session, { text: "after" });
    const waiting = (await kit.store.read.queuedMessages(session)).map(({ text }) => text);
    expect(waiting).toEqual([...accepted, "after"]);
  });

  it("starts a thread that ended again: claims hold, events come, nothing is lost", async () => {
    const threads: Worker[] = [];
    const startThread: StartThread = (url, options) => {
      const worker = new Worker(url, { workerData: options, execArgv: [] });
      threads.push(worker);
      return worker;
    };
    const folder = newFolder();
    await using kit = await openKit((clock) => openSqliteStore({ folder, clock, startThread }));
    const session = await kit.session();
    await kit.send(session, { text: "one" });
    const claim = await kit.claimOne();
    const seen: number[] = [];
    kit.store.onEvents((events) => seen.push(...events.map(({ seq }) => seq)));

    await threads[0]?.terminate();
    // It is either rejected, since its outcome is unknown, or waits for the next thread.
    await kit.send(session, { text: "meanwhile" }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: "unavailable" });
    });
    await expect.poll(() => kit.store.problem(), { timeout: 20_000 }).toBeNull();
    expect(threads).toHaveLength(2);
    await kit.send(session, { text: "two" });
    await kit.turn(claim, settleOp());
    expect((await kit.store.read.turn(claim.turn.id))?.state).toBe("done");
    const { last } = await kit.store.read.eventBounds();
    expect(seen.at(-1)).toBe(last);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  });

  it("gives up a thread that ends again and again, and says so once", async () => {
    const threads: Worker[] = [];
    const fatal: Error[] = [];
    const store = await openSqliteStore({
      folder: newFolder(),
      clock: createManualClock(),
      onFatal: (error) => fatal.push(error),
      startThread: (url, options) => {
        const worker = new Worker(url, { workerData: options, execArgv: [] });
        threads.push(worker);
        return worker;
      },
    });
    for (let n = 0; n < 4; n += 1) {
      await threads[n]?.terminate();
      if (n < 3) await expect.poll(() => store.problem(), { timeout: 20_000 }).toBeNull();
    }
    expect(fatal).toHaveLength(1);
    expect(store.problem()).toMatch(/restart Reef/);
    await expect(store.commit({ at: "2026-01-01T00:00:00.000Z", ops: [] })).rejects.toMatchObject({
      code: "unavailable",
    });
    await store[Symbol.asyncDispose]();
  });

  it("refuses a second server also after the lock file was deleted, and takes the lock again", async () => {
    const folder = newFolder();
    const clock = createManualClock();
    await using first = await openSqliteStore({ folder, clock });
    rmSync(join(folder, "reef.lock"));
    await expect(openSqliteStore({ folder, clock })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/in use by another Reef server/),
    });
    expect(first.problem()).toBeNull();
  });

  it("says that its database was deleted under it", async () => {
    const folder = newFolder();
    await using store = await openSqliteStore({ folder, clock: createManualClock() });
    rmSync(join(folder, "reef.db"));
    await expect.poll(() => store.problem(), { timeout: 20_000 }).toMatch(/was deleted or replaced while Reef runs/);
    await expect(store.commit({ at: "2026-01-01T00:00:00.000Z", ops: [] })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("says in one sentence what is wrong with a folder that cannot be used", async () => {
    const clock = createManualClock();
    const damaged = newFolder();
    writeFileSync(join(damaged, "reef.db"), "this is no database, but it is long enough to be looked at".repeat(40));
    await expect(openSqliteStore({ folder: damaged, clock })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/the database is damaged; stop Reef and restore a backup/),
    });
    const taken = newFolder();
    mkdirSync(join(taken, "reef.db"));
    await expect(openSqliteStore({ folder: taken, clock })).rejects.toMatchObject({ code: "unavailable" });
  });
});
