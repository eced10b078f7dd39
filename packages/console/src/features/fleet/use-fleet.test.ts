import type { Event } from "@reef/protocol/event";
import type { WorkerId } from "@reef/protocol/ids";
import type { Worker } from "@reef/protocol/worker";
import { expect, test } from "vitest";
import { foldFleet } from "./use-fleet.ts";

test("a worker that comes is listed last, one that changes stays in its place, one that is deleted goes", () => {
  const worker = (n: number, claims = 0) => ({ id: `wrk_${n}` as WorkerId, claims }) as Worker;
  const changed = (of: Worker) => ({ type: "worker.changed", seq: 1, at: "", worker: of }) as unknown as Event;
  const before = { workers: [worker(1), worker(2)], current: "wrk_1" as WorkerId, gateways: [] };
  const ids = (events: readonly Event[]) => foldFleet(before, events).workers.map(({ id, claims }) => [id, claims]);
  expect(ids([changed(worker(1, 5)), changed(worker(3))])).toEqual([
    ["wrk_1", 5],
    ["wrk_2", 0],
    ["wrk_3", 0],
  ]);
  const deleted = { type: "worker.deleted", seq: 1, at: "", workerId: "wrk_1" } as unknown as Event;
  expect(ids([deleted])).toEqual([["wrk_2", 0]]);
  const other = { type: "shared.changed", seq: 1, at: "", kind: "login" } as unknown as Event;
  expect(foldFleet(before, [other])).toBe(before);
});
