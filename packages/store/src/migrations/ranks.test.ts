import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { makeKysely } from "../sqlite/dialect.ts";
import { up as nouns } from "./0001-nouns.ts";
import { up as ranks } from "./0008-ranks.ts";

test("MB3: what waited when ranks came stands in the order it was accepted", async () => {
  const database = new Database(":memory:");
  const db = makeKysely(database);
  await nouns(db);
  const insert = database.prepare(
    `insert into messages (line, id, session_id, sender, text, purpose, mode, state, chain_id, accepted_at, hops, held, retries)
     values (?, ?, 'ses_1', '{}', 'words', 'text', ?, ?, 'chn_1', '2026-01-01T00:00:00.000Z', 0, 0, 0)`,
  );
  insert.run(1, "msg_1", "queue", "answered");
  insert.run(2, "msg_2", "queue", "queued");
  insert.run(3, "msg_3", "steer", "queued");
  await ranks(db);
  const queued = "select id from messages where session_id = 'ses_1' and state = 'queued'";
  expect(database.prepare(`${queued} order by rank`).pluck().all()).toEqual(["msg_2", "msg_3"]);
  expect(database.prepare("select rank from messages order by line").pluck().all()).toEqual([0, 2, 3]);
  const plan = database.prepare(`explain query plan ${queued} order by rank limit 1`).all();
  expect(JSON.stringify(plan)).toContain("messages_queued");
});
