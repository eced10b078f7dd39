/** Tests which databases are refused, and what the refusal says. */
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { AppError } from "@reef/protocol/error";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { openPostgresStore } from "./open.ts";
import { createTestDatabase, runOnServer, type TestDatabase } from "./testing/databases.ts";

const clock = createManualClock();

async function database(options?: { readonly isEmpty: boolean }): Promise<TestDatabase> {
  const made = await createTestDatabase(options);
  onTestFinished(() => made.drop());
  return made;
}

async function refusal(url: string): Promise<string> {
  try {
    const store = await openPostgresStore({ url, clock });
    await store[Symbol.asyncDispose]();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message;
  }
  throw new Error("it was not refused");
}

function change(url: string, act: (url: URL) => void): string {
  const changed = new URL(url);
  act(changed);
  return changed.href;
}

/** A server of one's own may let everyone in. */
const asksForPassword = new URL(inject("postgresUrl")).password !== "";

test.skipIf(!asksForPassword)("SV1, SE5: a wrong password is refused, and not repeated", async () => {
  const { url } = await database();
  const wrong = await refusal(change(url, (each) => Object.assign(each, { password: "not-it-7731" })));
  expect(wrong).toContain("refused the user or the password");
  expect(wrong).not.toContain("7731");
});

test("SV1, SE5: what is wrong with the address is said, and the password is not", async () => {
  const { url } = await database();
  const missing = await refusal(change(url, (each) => Object.assign(each, { pathname: "/nowhere" })));
  expect(missing).toContain("“nowhere”");
  expect(missing).toContain("does not exist");
  const silent = await refusal(change(url, (each) => Object.assign(each, { port: "1" })));
  expect(silent).toContain("nothing answers");
  for (const address of [
    "mysql://root:s3cret@host/x",
    "postgres://",
    "postgres://host",
    "::s3cret",
    "postgres://u:s3c%zzret@h/d",
  ]) {
    expect(await refusal(address)).not.toContain("s3c");
  }
});

test("SV1: a database that takes no writes is refused", async () => {
  const { url, name } = await database();
  await runOnServer(url, `alter database ${name} set default_transaction_read_only = on`);
  expect(await refusal(url)).toContain("read-only");
});

test("SV1: a database of a newer Reef is refused and left as it is", async () => {
  const { url } = await database();
  await runOnServer(url, "insert into kysely_migration (name, timestamp) values ('9999-later', '2030')");
  expect(await refusal(url)).toContain("newer version of Reef");
});

test("two workers that start at the same time on an empty database make one schema", async () => {
  const { url } = await database({ isEmpty: true });
  const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url, clock })));
  for (const store of stores) expect((await store.read.totals()).bots).toBe(0);
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
});

test("MB1: a commit is on disk before it is answered, also where the server would not wait for that", async () => {
  const { url, name } = await database();
  await runOnServer(url, `alter database ${name} set synchronous_commit = off`);
  const warnings: string[] = [];
  await using store = await openPostgresStore({ url, clock, onWarning: (text) => warnings.push(text) });
  await runOnServer(
    url,
    "create table seen (setting text)",
    `create function note() returns trigger language plpgsql as $$ begin
      insert into seen values (current_setting('synchronous_commit')); return null; end $$`,
    "create trigger note after insert on events for each statement execute function note()",
  );
  await store.commit({ at: "2026-01-01T00:00:00.000Z", ops: [{ op: "links.put", links: [] }] });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select distinct setting from seen");
  await client.end();
  expect(rows).toEqual([{ setting: "on" }]);
  expect(warnings.join()).toContain("fsync");
});
