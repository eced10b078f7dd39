/** Moves stores from SQLite to PostgreSQL and back: nothing is lost, changed or started twice, whenever it is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeId } from "@reef/engine/ids";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed, messageSeed, sessionSeed } from "@reef/engine/testing/seeds";
import { AppError } from "@reef/protocol/error";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openFileFolder } from "../files/file-folder.ts";
import { openPostgresStore } from "../postgres/open.ts";
import { createTestDatabase, runOnServer } from "../postgres/testing/databases.ts";
import { openSqliteStore } from "../sqlite/open.ts";
import { changeFolder, dumpFolder, fillFolder } from "../testing/random-rows.ts";
import { type MoveOptions, type MoveReport, move } from "./move.ts";
import { openPlaces, reopenPlace } from "./places.ts";

const clock = createManualClock();
const script = fileURLToPath(new URL("../testing/move-process.ts", import.meta.url));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reef-move-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function newDatabase(): Promise<string> {
  const { url, drop } = await createTestDatabase({ isEmpty: true });
  onTestFinished(drop);
  return url;
}

async function carry(from: string, to: string, options: Partial<MoveOptions> = {}): Promise<MoveReport> {
  await using places = await openPlaces({ from, to, stamp: "2026-11-30", settings: { from: "--from", to: "--to" } });
  return await move({
    ...places,
    newId: () => crypto.randomUUID(),
    now: () => "2026-11-30T12:00:00.000Z",
    steadyMs: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

async function refusal(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

test.each([
  1, 2, 3, 4,
])("MV1: every column of every table is the same after a move there and back (seed %i)", async (seed) => {
  const [here, back, url] = [newFolder(), newFolder(), await newDatabase()];
  await fillFolder(here, { seed, rows: 12 });
  const there = await carry(here, url);
  const again = await carry(url, back);
  expect(dumpFolder(back)).toEqual(dumpFolder(here));
  expect(again.tables).toEqual(there.tables);
  expect(there.tables.every(({ rows }) => rows === 12)).toBe(true);
});

test("MV2: a move that is killed at any moment goes on, and what changed meanwhile is carried too", async () => {
  const [here, back, url] = [newFolder(), newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 7, rows: 700 });
  for (const lines of [1, 40, 3]) {
    await moveAndKill([here, url], lines);
    changeFolder(here, lines);
  }
  await carry(here, url);
  for (const lines of [2, 30]) await moveAndKill([url, back], lines);
  await carry(url, back);
  expect(dumpFolder(back)).toEqual(dumpFolder(here));
});

/** Kills the move when it has printed so many lines, or one with this text. */
async function moveAndKill(places: readonly [string, string], end: number | string): Promise<void> {
  const child = spawn(process.execPath, [script, ...places], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    seen += 1;
    expect(line, "it was to be killed before its end").not.toBe("moved");
    if (typeof end === "number" ? seen >= end : line.includes(end)) break;
  }
  child.kill("SIGKILL");
  await exit;
}

test("MV2: rows that swapped what only one may have are carried, however far apart they are", async () => {
  const [here, url] = [newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 3, rows: (table) => (table === "sessions" ? 4_000 : 1) });
  await moveAndKill([here, url], " steps ");
  const { default: Database } = await import("better-sqlite3");
  const database = new Database(join(here, "reef.db"));
  database.exec(`update sessions set last_text = 'changed';
    create table swap as select n, id from sessions;
    update sessions set id = 'old ' || id;
    update sessions set id = (select id from swap where swap.n = 12003 - sessions.n);
    drop table swap`);
  database.close();
  const { tables } = await carry(here, url);
  expect(tables.find(({ name }) => name === "sessions")?.rows).toBe(4_000);
});

test("MV3: Reef runs while its store is copied, and what it accepts until it stops arrives", async () => {
  const [here, url] = [newFolder(), await newDatabase()];
  const bot = botSeed();
  const session = sessionSeed(bot.id);
  const at = "2026-11-30T12:00:00.000Z" as never;
  const store = await openSqliteStore({ folder: here, clock });
  await store.commit({
    at,
    ops: [
      { op: "bot.create", bot },
      { op: "session.create", session },
    ],
  });
  const messages = Array.from({ length: 20 }, () => messageSeed(session.id));
  const files = await openFileFolder(join(here, "files"));
  {
    await using received = await files.receive(
      (async function* () {
        yield Buffer.alloc(700_000, "reef");
      })(),
    );
    await received.keep();
  }
  const stored = (await readdir(join(here, "files"))).filter((name) => name.length === 2);
  const [sha256 = ""] = await readdir(join(here, "files", stored[0] ?? ""));
  const file = { id: makeId("file"), name: "long.txt", mediaType: "text/plain", sizeBytes: 700_000, sha256 };
  await store.commit({ at, ops: [{ op: "file.create", file: { ...file, width: null, height: null } as never }] });
  let isClosed = false;
  const { files: carried } = await carry(here, url, {
    wait: async () => {
      const message = messages.pop();
      if (message !== undefined) await store.commit({ at, ops: [{ op: "message.send", message }] });
      else if (!isClosed) {
        isClosed = true;
        await store[Symbol.asyncDispose]();
      }
    },
  });
  expect(carried).toEqual({ files: 1, bytes: 700_000, gone: 0 });
  const refused = await refusal(openSqliteStore({ folder: here, clock }));
  expect(refused).toContain("moved to the database");
  const moved = await openPostgresStore({ url, clock });
  const mailbox = await moved.read.messages({ sessionId: session.id }, { limit: 100, cursor: null });
  expect(mailbox.items).toHaveLength(20);
  const events = await moved.read.events(0, 1_000);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
  // What is written next follows: no number or position is given twice.
  const { seq } = await moved.commit({ at, ops: [{ op: "message.send", message: messageSeed(session.id) }] });
  expect(seq).toBeGreaterThan(events.at(-1)?.seq ?? 0);
  await moved[Symbol.asyncDispose]();

  const back = newFolder();
  await carry(url, back);
  const kept = await openFileFolder(join(back, "files"));
  expect((await kept.read(sha256))?.length).toBe(700_000);
  expect(await refusal(openPostgresStore({ url, clock }))).toContain("moved to the folder");
  await using last = await openSqliteStore({ folder: back, clock });
  expect((await last.read.messages({ sessionId: session.id }, { limit: 100, cursor: null })).items).toHaveLength(21);
});

test("MV4: two ends are never both open: a kill between the last two steps is finished by the same command", async () => {
  const [here, url] = [newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 9, rows: 3 });
  {
    await using places = await openPlaces({ from: here, to: url, stamp: "x", settings: { from: "a", to: "b" } });
    const target = {
      ...places.target,
      writeMark: async (mark: Parameters<typeof places.target.writeMark>[0]) => {
        if (mark === null) throw new Error("killed");
        await places.target.writeMark(mark);
      },
    };
    await expect(carry(here, url, { target })).rejects.toThrow("killed");
  }
  expect(await refusal(openSqliteStore({ folder: here, clock }))).toContain("moved to");
  expect(await refusal(openPostgresStore({ url, clock }))).toContain("is being filled");
  await carry(here, url);
  await using store = await openPostgresStore({ url, clock });
  expect(store.isShared).toBe(true);
  expect(await refusal(carry(here, url))).toContain("has moved to");
});

test("MV4: a store that has moved is opened again only on request", async () => {
  const [here, url, back] = [newFolder(), await newDatabase(), newFolder()];
  await (await openSqliteStore({ folder: here, clock }))[Symbol.asyncDispose]();
  await carry(here, url);
  await reopenPlace(here, "--reopen");
  await (await openSqliteStore({ folder: here, clock }))[Symbol.asyncDispose]();
  expect(await refusal(reopenPlace(here, "--reopen"))).toContain("nothing was changed");
  await carry(url, back);
  await reopenPlace(url, "--reopen");
  await using store = await openPostgresStore({ url, clock });
  await store.commit({ at: "2026-11-30T12:00:00.000Z" as never, ops: [{ op: "links.put", links: [] }] });
});

test("MV5: a target that holds another Reef, another program's tables or a newer schema is refused unchanged", async () => {
  const [here, other, url] = [newFolder(), newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 1, rows: 2 });
  await fillFolder(other, { seed: 2, rows: 2 });
  await carry(here, url);
  expect(await refusal(carry(other, url))).toContain("already holds a Reef");
  expect(await refusal(carry(url, other))).toContain("already holds a Reef");
  const half = await newDatabase();
  await moveAndKill([other, half], 1);
  const third = newFolder();
  await fillFolder(third, { seed: 3, rows: 1 });
  expect(await refusal(carry(third, half))).toContain("from another Reef");
  const foreign = await newDatabase();
  await runOnServer(foreign, "create table events (id integer)");
  expect(await refusal(carry(third, foreign))).toContain("tables of another program");
  const newer = await newDatabase();
  await (await openPostgresStore({ url: newer, clock }))[Symbol.asyncDispose]();
  await runOnServer(newer, "insert into kysely_migration (name, timestamp) values ('9999-later', '2030')");
  expect(await refusal(carry(third, newer))).toContain("newer version");
  expect(await refusal(carry(newer, newFolder()))).toContain("newer version");
});

test("MV5: an address that cannot be used is refused in one sentence, without the password", async () => {
  const [here, url] = [newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 1, rows: 1 });
  const wrong = new URL(url);
  wrong.password = "not-it-7731";
  const nowhere = new URL(url);
  nowhere.pathname = "/nowhere";
  for (const [address, text] of [
    [wrong.href, "refused the user or the password in --to"],
    [nowhere.href, "does not exist"],
    ["mysql://root:s3cret7731@host/x", "--to: expected an address"],
  ] as const) {
    const said = await refusal(carry(here, address));
    expect(said).toContain(text);
    expect(said).not.toContain("7731");
  }
  expect(await refusal(carry(newFolder(), url))).toContain("holds no Reef");
  expect(await refusal(carry(url, newFolder()))).toContain("holds no Reef");
});

test("MV5: a row that SQLite took and PostgreSQL would not is named before anything is finished", async () => {
  const [here, url] = [newFolder(), await newDatabase()];
  await fillFolder(here, { seed: 1, rows: 2 });
  const { default: Database } = await import("better-sqlite3");
  const database = new Database(join(here, "reef.db"));
  database.exec("update bots set queue_depth = 1.5");
  database.close();
  expect(await refusal(carry(here, url))).toContain("its queue_depth is not a whole value");
  expect(await refusal(openPostgresStore({ url, clock }))).toContain("is being filled");
  writeFileSync(join(here, "move.json"), "{");
  expect(await refusal(openSqliteStore({ folder: here, clock }))).toContain("cannot be read");
});

test("MV4: a worker that still runs on a database that has moved can write nothing", async () => {
  const [url, back] = [await newDatabase(), newFolder()];
  const store = await openPostgresStore({ url, clock });
  await carry(url, back);
  await expect(
    store.commit({ at: "2026-11-30T12:00:00.000Z" as never, ops: [{ op: "bot.create", bot: botSeed() }] }),
  ).rejects.toThrow();
  await store[Symbol.asyncDispose]();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  expect((await client.query("select 1 from bots")).rows).toEqual([]);
  await client.end();
});
