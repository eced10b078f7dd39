/** Tests the life of an embedded store: one process per folder, what a restart finds, what a closed store says. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@reef/engine/port/store";
import { createManualClock, type ManualClock } from "@reef/engine/testing/manual-clock";
import { openKit, settleOp } from "@reef/engine/testing/seeds";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore } from "./open.ts";
import { assertVersion } from "./version.ts";

describe("SQLite store", () => {
  const root = mkdtempSync(join(tmpdir(), "reef-open-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const newFolder = () => join(mkdtempSync(join(root, "store-")), "made", "when", "missing");

  it("a folder that is open is refused at once, and free after a close", async () => {
    const folder = newFolder();
    const clock = createManualClock();
    const first = await openSqliteStore({ folder, clock });
    await expect(openSqliteStore({ folder, clock })).rejects.toMatchObject({ code: "unavailable" });
    await first[Symbol.asyncDispose]();
    await using again = await openSqliteStore({ folder, clock });
    expect(await again.read.totals()).toMatchObject({ bots: 0 });
  });

  it("TU2: after a restart every turn that ran is claimable at once, as one that died", async () => {
    const folder = newFolder();
    const open = (clock: ManualClock) => openSqliteStore({ folder, clock });
    const before = await openKit(open);
    const session = await before.session();
    await before.send(session, { text: "go" });
    const lost = await before.claimOne();
    await before.say(lost, "half");
    await before[Symbol.asyncDispose]();
    await using after = await openKit(open);
    expect((await after.store.read.session(session))?.status).toBe("unknown");
    const claim = await after.claimOne();
    expect(claim).toMatchObject({ reason: "died", turn: { id: lost.turn.id, attempts: 1, fence: 2 } });
    await after.turn(claim, settleOp());
    expect(await after.texts(session)).toEqual(["go", "half"]);
  });

  it("MB2, MB3, SY1: keys, the order of messages and event numbers go on over a restart", async () => {
    const folder = newFolder();
    const open = (clock: ManualClock) => openSqliteStore({ folder, clock });
    const before = await openKit(open);
    const session = await before.session();
    const sent = [await before.send(session, { idempotencyKey: "k", text: "same" }), await before.send(session)];
    const { last } = await before.store.read.eventBounds();
    await before[Symbol.asyncDispose]();
    await using after = await openKit(open);
    await after.send(session, { idempotencyKey: "k", text: "same" });
    sent.push(await after.send(session));
    expect((await after.store.read.queuedMessages(session)).map(({ id }) => id)).toEqual(sent);
    const [next] = await after.store.read.events(last, 1);
    expect(next?.seq).toBe(last + 1);
  });

  it("what was committed before a close resolves, what comes after is refused", async () => {
    const kit = await openKit((clock) => openSqliteStore({ folder: newFolder(), clock }));
    const committed = kit.bot();
    const closed = kit.store[Symbol.asyncDispose]();
    await expect(kit.bot()).rejects.toMatchObject({ code: "unavailable" });
    await committed;
    await closed;
    await expect(kit.claim()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("MB1: units that could not be written are refused, each of them, and the store works again afterwards", async () => {
    const folder = newFolder();
    await using kit = await openKit((clock) => openSqliteStore({ folder, clock }));
    const other = new Database(join(folder, "reef.db"));
    other.exec("BEGIN IMMEDIATE");
    const results = Promise.allSettled([kit.bot(), kit.bot(), kit.bot()]);
    await expect(results).resolves.toMatchObject(
      Array(3).fill({ status: "rejected", reason: { code: "unavailable" } }),
    );
    other.exec("ROLLBACK");
    other.close();
    await kit.bot();
    expect((await kit.store.read.totals()).bots).toBe(1);
  }, 40_000);

  it("TU7: a beat goes past what waits to be written", async () => {
    await using kit = await openKit((clock) => openSqliteStore({ folder: newFolder(), clock }));
    const session = await kit.session();
    await kit.send(session, { text: "go" });
    const claim = await kit.claimOne();
    const units = 2_000;
    let written = 0;
    const text = "x".repeat(20_000);
    const sent = Array.from({ length: units }, () =>
      kit.send(session, { text }).then(() => {
        written += 1;
      }),
    );
    await sent[0];
    expect(await kit.store.beat([claim], kit.now())).toEqual({ lost: [], cancelled: [] });
    // One or two groups of 256 may have been at the disk already; if it waited for all of them, it would come last.
    expect(written).toBeLessThan(units / 2);
    await Promise.all(sent);
  }, 60_000);

  it("SY2: only the newest events are kept", async () => {
    const keepEvents = 10;
    const store = (clock: ManualClock): Promise<Store> => openSqliteStore({ folder: newFolder(), clock, keepEvents });
    await using kit = await openKit(store);
    const session = await kit.session();
    for (let sent = 0; sent < 20; sent++) await kit.send(session);
    await expect
      .poll(async () => {
        const { first, last } = await kit.store.read.eventBounds();
        return last - first + 1;
      })
      .toBe(keepEvents);
  });

  it("versions of SQLite that can corrupt their file are refused", () => {
    for (const version of ["3.51.2", "3.50.9", "2.99.99"])
      expect(() => assertVersion(version)).toThrow("at least 3.51.3");
    for (const version of ["3.51.3", "3.52.0", "4.0.0"]) expect(() => assertVersion(version)).not.toThrow();
  });
});
