import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { makeKysely } from "../sqlite/dialect.ts";
import { migrate } from "./all.ts";

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
