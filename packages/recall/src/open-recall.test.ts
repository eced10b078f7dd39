import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { RecallBatch, RecallRow } from "@reef/engine/port/recall";
import { BotId } from "@reef/protocol/ids";
import { afterEach, expect, test } from "vitest";
import { openRecall } from "./open-recall.ts";
import { makeFolder } from "./testing/folder.ts";

const now = "2026-03-10T12:00:00.000Z";
const botA = BotId.parse("bot_01890000-0000-7000-8000-00000000000a");
const botB = BotId.parse("bot_01890000-0000-7000-8000-00000000000b");

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function open(maxOpen?: number) {
  const folder = makeFolder(tmpdir());
  folders.push(folder);
  return { folder, recall: openRecall({ folder, ...(maxOpen === undefined ? {} : { maxOpen }) }) };
}

const fact = (id: string, text: string, more: Partial<RecallRow> = {}): RecallRow => ({
  id,
  kind: "fact",
  text,
  ...more,
});

function puts(after: number, through: number, rows: readonly RecallRow[]): RecallBatch {
  return { after, through, changes: rows.map((row) => ({ type: "put", row })) };
}

async function* pagesOf(rows: readonly RecallRow[]): AsyncIterable<readonly RecallRow[]> {
  for (let from = 0; from < rows.length; from += 100) yield rows.slice(from, from + 100);
}

test("ME1: each bot has a file of its own, and a search sees nothing of another bot", async () => {
  const opened = open();
  await using recall = opened.recall;
  await recall.apply(botA, puts(0, 1, [fact("a1", "The garage code is 4711")]));
  await recall.apply(botB, puts(0, 1, [fact("b1", "The garage code is 9922")]));
  const found = async (bot: BotId) =>
    (await recall.search(bot, { text: "garage code", k: 10, now })).hits.map((h) => h.id);
  expect(await found(botA)).toEqual(["a1"]);
  expect(await found(botB)).toEqual(["b1"]);
  expect(
    readdirSync(opened.folder)
      .filter((name) => name.endsWith(".index"))
      .sort(),
  ).toEqual([`${botA}.index`, `${botB}.index`]);
});

test("ME1: a bot's id that is no id reaches no file", async () => {
  await using recall = open().recall;
  await expect((async () => recall.version("../../elsewhere" as BotId))()).rejects.toThrow(/expected a bot id/);
});

test("ME3: putting the same id again replaces it", async () => {
  await using recall = open().recall;
  await recall.apply(botA, puts(0, 1, [fact("a1", "Ann lives in Oslo")]));
  await recall.apply(botA, puts(1, 2, [fact("a1", "Ann lives in Bergen")]));
  const search = async (text: string) => (await recall.search(botA, { text, k: 10, now })).hits.length;
  expect([await search("Oslo"), await search("Bergen")]).toEqual([0, 1]);
  expect(await recall.size(botA)).toMatchObject({ version: 2, rows: 1 });
});

test("ME6: what was dropped leaves no trace in the file", async () => {
  const opened = open();
  await using recall = opened.recall;
  const rows = Array.from({ length: 400 }, (_, i) => fact(`f${i}`, `plain filler number ${i}`));
  await recall.apply(botA, puts(0, 1, [...rows, fact("secret", "the zanzibarquux passphrase")]));
  await recall.apply(botA, { after: 1, through: 2, changes: [{ type: "drop", id: "secret" }] });
  await recall[Symbol.asyncDispose]();
  const files = readdirSync(opened.folder).map((name) => readFileSync(join(opened.folder, name)).toString("latin1"));
  expect(files.join("")).toContain("filler");
  expect(files.join("")).not.toContain("zanzibar");
});

test("an index that lags says what it has seen and changes nothing", async () => {
  await using recall = open().recall;
  expect(await recall.apply(botA, puts(0, 3, [fact("a1", "one apple")]))).toEqual({ state: "applied", version: 3 });
  expect(await recall.apply(botA, puts(5, 6, [fact("a2", "two apples")]))).toEqual({ state: "behind", version: 3 });
  expect((await recall.search(botA, { text: "apple", k: 10, now })).hits.map((hit) => hit.id)).toEqual(["a1"]);
});

test("changes that were seen before do no harm", async () => {
  await using recall = open().recall;
  await recall.apply(botA, puts(0, 3, [fact("a1", "one apple")]));
  expect(await recall.apply(botA, puts(0, 2, [fact("a1", "an old apple")]))).toEqual({ state: "applied", version: 3 });
  expect(await recall.apply(botA, puts(2, 4, [fact("a2", "a pear")]))).toEqual({ state: "applied", version: 4 });
  expect((await recall.search(botA, { text: "old", k: 10, now })).hits).toEqual([]);
  expect(await recall.size(botA)).toMatchObject({ rows: 2, version: 4 });
});

test("a batch of more rows than a slice arrives whole", async () => {
  await using recall = open().recall;
  const rows = Array.from({ length: 1_003 }, (_, i) => fact(`f${i}`, `note ${i} on topic number${i}`));
  expect(await recall.apply(botA, puts(0, 1, rows))).toEqual({ state: "applied", version: 1 });
  expect(await recall.size(botA)).toMatchObject({ rows: 1_003, version: 1 });
  for (const i of [0, 249, 250, 1_002]) {
    expect((await recall.search(botA, { text: `number${i}`, k: 1, now })).hits[0]?.id).toBe(`f${i}`);
  }
});

test("an index file deleted while it is open is at version 0, and finds the same after a rebuild", async () => {
  const opened = open();
  await using recall = opened.recall;
  const rows = [fact("a1", "Ann plays the cello"), fact("a2", "Ben plays chess"), fact("a3", "Cleo sails")];
  await recall.apply(botA, puts(0, 7, rows));
  const before = await recall.search(botA, { text: "who plays chess?", k: 3, now });
  for (const name of readdirSync(opened.folder)) rmSync(join(opened.folder, name));
  expect(await recall.search(botA, { text: "who plays chess?", k: 3, now })).toEqual({ hits: [], version: 0 });
  expect(await recall.apply(botA, puts(7, 8, []))).toEqual({ state: "behind", version: 0 });
  expect(await recall.rebuild(botA, { rows: pagesOf(rows), through: 7 })).toMatchObject({ rows: 3, version: 7 });
  expect(await recall.search(botA, { text: "who plays chess?", k: 3, now })).toEqual(before);
});

test("a damaged index file is started again", async () => {
  const opened = open();
  const path = join(opened.folder, `${botA}.index`);
  writeFileSync(path, "this is no database ".repeat(1000));
  await using recall = opened.recall;
  expect(await recall.version(botA)).toBe(0);
  expect(await recall.apply(botA, puts(0, 1, [fact("a1", "one apple")]))).toMatchObject({ state: "applied" });
});

test("a rebuild that fails leaves the old index in use", async () => {
  const opened = open();
  await using recall = opened.recall;
  await recall.apply(botA, puts(0, 1, [fact("a1", "one apple")]));
  async function* failing() {
    yield [fact("a2", "two apples")];
    throw new Error("the store went away");
  }
  await expect(recall.rebuild(botA, { rows: failing(), through: 9 })).rejects.toThrow("the store went away");
  expect((await recall.search(botA, { text: "apple", k: 10, now })).hits.map((hit) => hit.id)).toEqual(["a1"]);
  expect(readdirSync(opened.folder).filter((name) => name.includes("building"))).toEqual([]);
});

test("more bots than open files all keep their memories", async () => {
  await using recall = open(2).recall;
  const bots = Array.from({ length: 5 }, (_, i) => BotId.parse(`bot_01890000-0000-7000-8000-00000000010${i}`));
  for (const [i, bot] of bots.entries()) await recall.apply(bot, puts(0, 1, [fact(`f${i}`, `apple number${i}`)]));
  for (const [i, bot] of bots.entries()) {
    expect((await recall.search(bot, { text: "apple", k: 5, now })).hits.map((hit) => hit.id)).toEqual([`f${i}`]);
  }
});

test("after its end, a call is refused and says so", async () => {
  const { recall } = open();
  await recall[Symbol.asyncDispose]();
  await expect(recall.version(botA)).rejects.toThrow("the search of memories is closed");
});

test("SV1: a thread that ended is started again by the next calls, with what was there", async () => {
  const folder = makeFolder(tmpdir());
  folders.push(folder);
  const threads: Worker[] = [];
  await using recall = openRecall({
    folder,
    startThread: (url, options) => {
      const worker = new Worker(url, { workerData: options, execArgv: [] });
      threads.push(worker);
      return worker;
    },
  });
  await recall.apply(botA, puts(0, 1, [fact("mem_1", "the boiler is serviced in May")]));
  await threads[0]?.terminate();
  const found = () => recall.version(botA).catch((error: unknown) => (error as Error).message);
  await expect.poll(found, { timeout: 20_000 }).toBe(1);
  expect(threads).toHaveLength(2);
});
