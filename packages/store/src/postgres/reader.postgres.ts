/** Tests that a pooler which mixes up prepared statements is noticed and done without. */
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { expect, onTestFinished, test } from "vitest";
import type { Naming } from "./link.ts";
import { openLink } from "./link.ts";
import { makeQueryCompiler, queryOf } from "./prepared.ts";
import { openReader } from "./reader.ts";
import { urlToTarget } from "./target.ts";
import { createTestDatabase } from "./testing/databases.ts";

test("a statement that is gone from the server is sent again without a name, and so are all later ones", async () => {
  const { url, drop } = await createTestDatabase();
  const naming: Naming = { isAllowed: true };
  const target = urlToTarget(url);
  const clock = createManualClock();
  const reader = openReader({
    target,
    naming,
    isPooled: false,
    compiler: makeQueryCompiler(),
    clock,
    leaseNow: () => 0,
  });
  onTestFinished(async () => {
    await reader.close();
    await drop();
  });
  const one = queryOf("select 1 as one");
  expect(await reader.send(one)).toEqual([{ one: 1 }]);
  await reader.send({ text: "deallocate all", values: [], isKept: false });
  expect(await reader.send(one)).toEqual([{ one: 1 }]);
  expect(naming.isAllowed).toBe(false);
  await reader.send({ text: "deallocate all", values: [], isKept: false });
  expect(await reader.send(one)).toEqual([{ one: 1 }]);
});

test("queries of one connection run in the order they were sent, without waiting for each other's answers", async () => {
  const { url, drop } = await createTestDatabase();
  const link = await openLink(urlToTarget(url), { naming: { isAllowed: true }, name: "test" });
  onTestFinished(async () => {
    await link.close();
    await drop();
  });
  const answers = await Promise.allSettled([
    link.run("begin"),
    link.send(queryOf("select 1 / $1::integer as one", [0])),
    link.send(queryOf("select 2 as two")),
    link.run("commit"),
    link.send(queryOf("select 3 as three")),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled", "fulfilled"]);
  expect(answers[3]).toMatchObject({ value: "ROLLBACK" });
});
