/** Holds the statements on workers, leases and shared values, each compiled once. */
import type { LeaseName } from "@reef/engine/port/workers";
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { leaseColumns, workerColumns } from "../columns.ts";
import type { LeaseRow, SharedValueRow, WorkerRow } from "../fleet-tables.ts";
import { eachParam, statement } from "../sql.ts";

export const workerById = statement<{ id: WorkerId }, WorkerRow>((db, param) =>
  db.selectFrom("workers").select(workerColumns).where("id", "=", param("id")),
);
export const insertWorker = statement<WorkerRow>((db, param) =>
  db.insertInto("workers").values(eachParam(param, workerColumns)),
);
/** Leaves `draining` alone: another worker may have asked for it in the same moment. */
export const updateWorker = statement<WorkerRow>((db, param) =>
  db
    .updateTable("workers")
    .set(
      eachParam(
        param,
        workerColumns.filter((name) => name !== "id" && name !== "draining"),
      ),
    )
    .where("id", "=", param("id")),
);
export const setDraining = statement<Pick<WorkerRow, "id" | "draining" | "drained">>((db, param) =>
  db
    .updateTable("workers")
    .set(eachParam(param, ["draining", "drained"]))
    .where("id", "=", param("id")),
);
/** Workers that have stopped beating since someone last looked. */
export const newlyGone = statement<{ now_ms: number }, WorkerRow>((db, param) =>
  db
    .selectFrom("workers")
    .select(workerColumns)
    .where("gone_at", "is", null)
    .where("until_ms", "<", param("now_ms"))
    .orderBy("id"),
);
export const longGone = statement<{ before: IsoTime }, Pick<WorkerRow, "id">>((db, param) =>
  db
    .selectFrom("workers")
    .select("id")
    .where("gone_at", "is not", null)
    .where("gone_at", "<", param("before"))
    .orderBy("id"),
);
export const deleteWorker = statement<{ id: WorkerId }>((db, param) =>
  db.deleteFrom("workers").where("id", "=", param("id")),
);

export const allLeases = statement<object, LeaseRow>((db) =>
  db.selectFrom("leases").select(leaseColumns).orderBy("name"),
);
export const leaseByName = statement<{ name: LeaseName }, LeaseRow>((db, param) =>
  db.selectFrom("leases").select(leaseColumns).where("name", "=", param("name")),
);
export const insertLease = statement<LeaseRow>((db, param) =>
  db
    .insertInto("leases")
    .values(eachParam(param, leaseColumns))
    .onConflict((conflict) => conflict.doNothing()),
);
/** Changes nothing if another worker was faster: its fence is the next one already. */
export const takeLease = statement<Pick<LeaseRow, "name" | "worker" | "until_ms" | "fence"> & { before: number }>(
  (db, param) =>
    db
      .updateTable("leases")
      .set(eachParam(param, ["worker", "until_ms", "fence"]))
      .where("name", "=", param("name"))
      .where("fence", "=", param("before")),
);
export const renewLeases = statement<{ worker: WorkerId; now_ms: number; until_ms: number }>((db, param) =>
  db
    .updateTable("leases")
    .set({ until_ms: param("until_ms") })
    .where("worker", "=", param("worker"))
    .where("until_ms", ">=", param("now_ms")),
);
export const freeLease = statement<{ name: LeaseName; worker: WorkerId }>((db, param) =>
  db
    .updateTable("leases")
    .set({ worker: sql.lit(null), until_ms: sql.lit(0) })
    .where("name", "=", param("name"))
    .where("worker", "=", param("worker")),
);
/** A gateway's line that this worker does not hold; a gateway that no one ever had a line to has no row. */
export const lineElsewhere = statement<
  { gateway_id: GatewayId; worker: WorkerId; now_ms: number },
  Pick<LeaseRow, "name">
>((db, param) =>
  db
    .selectFrom("leases")
    .select("name")
    .where("gateway_id", "=", param("gateway_id"))
    .where((where) =>
      where.or([
        where("worker", "is", null),
        where("worker", "!=", param("worker")),
        where("until_ms", "<", param("now_ms")),
      ]),
    ),
);
/** The lock of a data folder proves that no earlier worker lives. */
export const endWorkers = statement<object>((db) => db.updateTable("workers").set({ until_ms: sql.lit(-1) }));
export const endLeasesOfWorkers = statement<object>((db) => db.updateTable("leases").set({ until_ms: sql.lit(-1) }));

export const sharedByName = statement<{ name: string }, SharedValueRow>((db, param) =>
  db.selectFrom("shared_values").selectAll().where("name", "=", param("name")),
);
export const sharedByPrefix = statement<{ pattern: string }, SharedValueRow>((db, param) =>
  db.selectFrom("shared_values").selectAll().where("name", "like", param("pattern")).orderBy("name"),
);
export const insertShared = statement<SharedValueRow>((db, param) =>
  db
    .insertInto("shared_values")
    .values(eachParam(param, ["name", "value"]))
    .onConflict((conflict) => conflict.doNothing()),
);
/** Changes nothing if another worker was faster. */
export const updateShared = statement<SharedValueRow & { before: string }>((db, param) =>
  db
    .updateTable("shared_values")
    .set({ value: param("value") })
    .where("name", "=", param("name"))
    .where("value", "=", param("before")),
);
export const deleteShared = statement<{ name: string }>((db, param) =>
  db.deleteFrom("shared_values").where("name", "=", param("name")),
);
