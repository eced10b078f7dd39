/** Tests that docs/scaling.md and its curves are what the figures and the simulation give. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { drawCurves } from "./curves.ts";
import { figures } from "./figures.ts";
import { withTables } from "./page.ts";
import { type Fleet, mostPerSecond, simulate } from "./simulate.ts";

const docs = resolve(import.meta.dirname, "../../docs");
const fleet: Fleet = {
  workers: 1,
  groupMax: 10,
  roundTripMs: 1,
  roundTrips: 5,
  unitMs: 0,
  flushMs: 3,
  serialUnitMs: 0,
};

test("the tables and curves of docs/scaling.md are made from its figures", async () => {
  const page = join(docs, "scaling.md");
  await expect(withTables(readFileSync(page, "utf8"))).toMatchFileSnapshot(page);
  for (const [name, svg] of Object.entries(drawCurves())) {
    await expect(svg).toMatchFileSnapshot(join(docs, "scaling", name));
  }
});

test("every figure has a number and a source", () => {
  for (const { value, source } of Object.values(figures)) {
    expect(value).toBeGreaterThan(0);
    expect(source).toMatch(/^(measured|read|assumed|the goal)/);
  }
});

test("a group takes its round trips and its flush, and a full worker commits full groups", () => {
  // 5 round trips, then 2 more and 3 ms of flush while the counter is held.
  expect(simulate(fleet, 1, 20).p50Ms).toBeCloseTo(10, 5);
  expect(mostPerSecond(fleet)).toBeCloseTo(1_000, -1);
});

test("workers apply side by side, and wait for each other at the counter", () => {
  // 5 of 10 ms are at the counter, so two workers keep it busy, and fifty do no more.
  for (const workers of [2, 50]) {
    const most = mostPerSecond({ ...fleet, workers });
    expect(most).toBeGreaterThan(1_950);
    expect(most).toBeLessThan(2_050);
  }
});
