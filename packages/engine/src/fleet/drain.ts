/** Lets people drain a worker, and let it go on (FL4). Its row says so; the worker reads it there, wherever it runs. */
import { AppError } from "@reef/protocol/error";
import type { WorkerId } from "@reef/protocol/ids";
import type { Worker } from "@reef/protocol/worker";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";

/** Throws `not_found`, or `conflict` if the worker is gone. Does nothing if it drains, or runs, already. */
export async function setDraining(deps: Deps, id: WorkerId, draining: boolean): Promise<Worker> {
  const { events } = await commitOps(deps, { op: "worker.drain", id, draining });
  const changed = events.findLast((event) => event.type === "worker.changed");
  if (changed !== undefined) return changed.worker;
  const worker = (await deps.store.read.workers()).find((each) => each.id === id);
  if (worker === undefined) throw new AppError("not_found", `no worker has the id ${id}`);
  return worker;
}
