/**
 * A worker is one running process of Reef. Several share one store: each serves people and runs turns, and what must
 * happen once in the fleet is done by the worker that holds its lease.
 */
import { z } from "zod";
import { WorkerId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/** `draining`: takes no new turns. `gone`: it ended, or has given no sign of life for the length of a lease. */
export const WorkerState = z.enum(["running", "draining", "gone"]).meta({ id: "WorkerState" });
export type WorkerState = z.infer<typeof WorkerState>;

export const WorkerLoad = z.object({
  /** Processor time it used lately, in cores: 1 is one core busy all the time. */
  cpu: z.number().min(0),
  /** Bytes of memory it holds. */
  memoryBytes: z.int().min(0),
});
export type WorkerLoad = z.infer<typeof WorkerLoad>;

export const Worker = z
  .object({
    id: WorkerId,
    /** The name of its machine. */
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    state: WorkerState,
    /** True once a draining worker runs nothing and holds no lease: it can be stopped. */
    drained: z.boolean(),
    /** How many turns it can run at the same time, and how many it runs. */
    lanes: z.int(),
    claims: z.int(),
    load: WorkerLoad,
    /** Names of what it does for the whole fleet, such as `schedules`. */
    leases: z.array(z.string()),
    startedAt: IsoTime,
    lastSeenAt: IsoTime,
  })
  .meta({ id: "Worker" });
export type Worker = z.infer<typeof Worker>;

export const WorkerList = z
  .object({
    items: z.array(Worker),
    next: z.null(),
    /** The worker that answered. */
    current: WorkerId,
  })
  .meta({ id: "WorkerList" });
export type WorkerList = z.infer<typeof WorkerList>;
