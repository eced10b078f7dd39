/** Tests driving writes: each step gets its answer, or its error, at the place that asked. */
import Database from "better-sqlite3";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { statement } from "../sql.ts";
import { answerLate, driveLater } from "../testing/asynchronous-writer.ts";
import { given, numbers, one, run, runEach, type Write } from "../write/steps.ts";
import { makeConnection } from "./connection.ts";
import { drive } from "./drive.ts";

const insert = statement<{ seq: number; body: string }>((db, param) =>
  db.insertInto("events").values({ seq: param("seq"), body: param("body") }),
);
const bodyOf = statement<{ seq: number }, { body: string }>((db, param) =>
  db.selectFrom("events").select("body").where("seq", "=", param("seq")),
);
const refused = statement<object, { one: number }>((db) =>
  db.selectFrom("events").select(sql<number>`no_such_function()`.as("one")),
);

function open() {
  const database = new Database(":memory:");
  database.exec("CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  return { connection: makeConnection(database), last: { event: 7, acceptance: 0 } };
}

const drivers = [
  {
    how: "without waiting",
    drive: async <Result>(write: Write<Result>) => {
      const { connection, last } = open();
      return drive(write, connection, last);
    },
  },
  {
    how: "asynchronously",
    drive: async <Result>(write: Write<Result>) => {
      const { connection, last } = open();
      const { answer, done } = answerLate(connection, last);
      const result = await driveLater(write, answer);
      await done();
      return result;
    },
  },
];

it.each(drivers)("driven $how, a write gets the answer of each of its steps", async ({ drive }) => {
  function* write(): Write<readonly unknown[]> {
    const first = yield* numbers("event", 2);
    const row = { seq: first, body: "as it was" };
    yield* run(insert, row);
    row.body = "changed after it was written";
    yield* runEach(insert, [{ seq: first + 1, body: "second" }]);
    const next = yield* numbers("event", 0);
    const missing = yield* one(bodyOf, { seq: 1 });
    return [
      first,
      next,
      (yield* one(bodyOf, row))?.body,
      (yield* one(bodyOf, { seq: 9 }))?.body,
      missing,
      yield* given(3),
    ];
  }
  expect(await drive(write())).toEqual([8, 10, "as it was", "second", undefined, 3]);
});

it.each(drivers)("driven $how, a step fails where it was asked, and what it left is cleaned up", async ({ drive }) => {
  const seen: string[] = [];
  function* write(): Write<void> {
    try {
      yield* one(refused, {});
      seen.push("went on");
    } finally {
      seen.push("cleaned up");
    }
  }
  await expect(drive(write())).rejects.toThrow("no such function");
  expect(seen).toEqual(["cleaned up"]);
});

it.each(drivers)("MB5: driven $how, what fails and is not caught fails the whole write", async ({ drive }) => {
  function* write(): Write<void> {
    yield* run(insert, { seq: 1, body: "first" });
    yield* run(insert, { seq: 1, body: "again" });
    yield* one(bodyOf, { seq: 1 });
  }
  await expect(drive(write())).rejects.toThrow("UNIQUE constraint failed");
});
