import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { questionToWords } from "@reef/engine/search/question";
import { entrySeed, openKit } from "@reef/engine/testing/seeds";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../sqlite/open.ts";
import { SearchIndex } from "./search-index.ts";

async function storeWithEntries(texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "reef-search-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using kit = await openKit((clock) => openSqliteStore({ folder, clock }));
  const session = await kit.session();
  for (const text of texts) await kit.commit({ op: "entry.append", entry: entrySeed(session, text) });
  return folder;
}

const asked = { words: questionToWords("hauptstrasse "), before: Number.MAX_SAFE_INTEGER, limit: 10 };

test("ME9: an index of an older tokeniser is made again from the rows, and nothing is lost", async () => {
  const folder = await storeWithEntries(["Die Hauptstraße"]);
  const old = new Database(join(folder, "search.db"));
  old.exec("DROP TABLE IF EXISTS found; CREATE TABLE left_behind (x); PRAGMA user_version = 1");
  old.close();
  await using kit = await openKit((clock) => openSqliteStore({ folder, clock }));
  const page = await kit.store.read.search("hauptstrasse", { limit: 10, cursor: null });
  expect(page.items.map(({ entry }) => entry.text)).toEqual(["Die Hauptstraße"]);
  expect(page.isComplete).toBe(true);
});

test("ME9: until all rows are taken in, it says that it is not done", async () => {
  const folder = await storeWithEntries(["Die Hauptstraße"]);
  using index = new SearchIndex(join(folder, "other.db"), join(folder, "reef.db"));
  expect(index.catchUp(0)).toBe(false);
  expect(index.find(asked)).toEqual([]);
  expect(index.catchUp(10_000)).toBe(true);
  expect(index.find(asked)).toHaveLength(1);
});
