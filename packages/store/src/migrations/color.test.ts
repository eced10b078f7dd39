import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { makeKysely } from "../sqlite/dialect.ts";
import { up } from "./0027-color.ts";

test("topics, events that were not fetched yet and what brings a topic back keep their colour as `color`", async () => {
  const database = new Database(":memory:");
  database.exec(`
    create table topics (id text, name text, colour text);
    create table events (seq integer, body text);
    create table undos (token text, ops text);
    insert into topics values ('tpc_1', 'dev', '#112233');
  `);
  const topic = { id: "tpc_1", name: 'colour and "topic.changed"', colour: "#112233" };
  const events = [
    { type: "topic.changed", topic },
    { type: "entry.created", entry: { text: '"topic.changed" colour' } },
  ];
  const undos = [
    [
      { op: "topic.create", id: "tpc_1", topic },
      { op: "session.change", fields: { topicId: "tpc_1" } },
    ],
    [{ op: "session.change", fields: { title: '"topic.create"' } }],
  ];
  for (const [seq, event] of events.entries()) {
    database.prepare("insert into events values (?, ?)").run(seq, JSON.stringify(event));
  }
  for (const [token, ops] of undos.entries()) {
    database.prepare("insert into undos values (?, ?)").run(String(token), JSON.stringify(ops));
  }
  await up(makeKysely(database));
  const parsed = (select: string) =>
    database
      .prepare(select)
      .pluck()
      .all()
      .map((text) => JSON.parse(String(text)));
  const both = { ...topic, color: "#112233" };
  expect(database.prepare("select color from topics").pluck().all()).toEqual(["#112233"]);
  expect(parsed("select body from events order by seq")).toEqual([{ type: "topic.changed", topic: both }, events[1]]);
  expect(parsed("select ops from undos order by token")).toEqual([
    [{ op: "topic.create", id: "tpc_1", topic: both }, undos[0]?.[1]],
    undos[1],
  ]);
});
