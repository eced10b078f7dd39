import type { GatewayId } from "@reef/protocol/ids";
import type { Worker } from "@reef/protocol/worker";
import { expect, test } from "vitest";
import { leaseWords, loadWords, shownState, stateHint, usualVersion } from "./worker-words.ts";

const worker = (rest: Partial<Worker>): Worker => ({
  id: "wrk_01a22c7d-2f86-7636-9408-9c136b8ad485" as Worker["id"],
  host: "one",
  pid: 1,
  version: "1.0.0",
  state: "running",
  drained: false,
  lanes: 64,
  claims: 0,
  load: { cpu: 0, memoryBytes: 0 },
  leases: [],
  startedAt: "2026-01-01T00:00:00.000Z",
  lastSeenAt: "2026-01-01T00:00:00.000Z",
  ...rest,
});

test("a draining worker says how many turns are left, and is drained only when the server says so", () => {
  expect(shownState(worker({ state: "draining" }))).toBe("draining");
  expect(stateHint(worker({ state: "draining", claims: 1 }))).toContain("1 turn still");
  expect(shownState(worker({ state: "draining", drained: true }))).toBe("drained");
  expect(shownState(worker({ state: "gone", drained: true }))).toBe("gone");
  expect(stateHint(worker({}))).toBeNull();
});

test("a lease is named in words, a gateway by its name, and an unknown one as it is", () => {
  const id = "gtw_01a22c7d-2f86-7636-9408-9c136b8ad485" as GatewayId;
  expect(leaseWords("schedules", [])).toBe("sends schedules");
  expect(leaseWords(`gateway:${id}`, [{ id, name: "home" }])).toBe("keeps the line to home");
  expect(leaseWords(`gateway:${id}`, [])).toBe("keeps the line to a gateway");
  expect(leaseWords("something-new", [])).toBe("something-new");
});

test("the usual version is that of most workers that are there", () => {
  expect(usualVersion([])).toBeNull();
  const gone = worker({ version: "0.9.0", state: "gone" });
  expect(usualVersion([gone, gone, worker({}), worker({ version: "1.1.0" }), worker({})])).toBe("1.0.0");
  expect(usualVersion([worker({}), worker({ version: "1.1.0" })])).toBe("1.1.0");
});

test("load is cores and megabytes", () => {
  expect(loadWords(worker({ load: { cpu: 0.004, memoryBytes: 181_400_000 } }))).toBe("0 cores, 181 MB");
  expect(loadWords(worker({ load: { cpu: 0.254, memoryBytes: 1_000_000 } }))).toBe("0.25 cores, 1 MB");
  expect(loadWords(worker({ load: { cpu: 2.04, memoryBytes: 0 } }))).toBe("2.0 cores, 0 MB");
});
