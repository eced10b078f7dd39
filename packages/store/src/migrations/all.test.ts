import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { makeKysely } from "../sqlite/dialect.ts";
import { migrate } from "./all.ts";

test("a file of a newer version is refused in a sentence, and stays as it was", async () => {
  const database = new Database(":memory:");
  await migrate(makeKysely(database));
  database.exec("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
  await expect(migrate(makeKysely(database))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/newer version of Reef; start that version/),
  });
  expect(database.prepare("select count(*) from bots").pluck().get()).toBe(0);
});

test("a file whose schema cannot be brought up to date, or whose writer is killed meanwhile, stays as it was", async () => {
  const database = new Database(":memory:");
  database.exec("create table gateways (something text); insert into gateways values ('kept')");
  await expect(migrate(makeKysely(database))).rejects.toThrow(/could not be brought up to date/);
  const tables = database.prepare("select name from sqlite_schema where type = 'table' and name not like 'kysely_%'");
  expect(tables.pluck().all()).toEqual(["gateways"]);
  expect(database.prepare("select something from gateways").pluck().all()).toEqual(["kept"]);
  expect(database.inTransaction).toBe(false);
  database.exec("drop table gateways");
  await migrate(makeKysely(database));
  expect(tables.all()).toEqual(expect.arrayContaining(["bots", "gateways", "messages"]));
});
