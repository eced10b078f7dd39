/** Reads the workers of the fleet, and the values that they share. */
import type { Queries } from "@reef/engine/port/queries";
import { workerColumns } from "../columns.ts";
import type { WorkerRow } from "../fleet-tables.ts";
import { workerRowToNoun } from "../rows/worker.ts";
import { type Source, statement } from "../sql.ts";
import { allLeases, sharedByName, sharedByPrefix } from "../write/fleet-statements.ts";

const allWorkers = statement<object, WorkerRow>((db) => db.selectFrom("workers").select(workerColumns).orderBy("id"));

export function workerQueries(source: Source): Pick<Queries, "workers" | "leases" | "shared" | "sharedValues"> {
  const liveLeases = async () => {
    const rows = await source.all(allLeases, {});
    return rows.filter((row) => row.worker !== null && row.until_ms >= source.steadyMs());
  };
  return {
    workers: async () => {
      const [workers, leases] = await Promise.all([source.all(allWorkers, {}), liveLeases()]);
      return workers.map((row) =>
        workerRowToNoun(
          row,
          leases.filter(({ worker }) => worker === row.id).map(({ name }) => name),
          source.steadyMs(),
        ),
      );
    },
    leases: async () =>
      (await liveLeases()).flatMap(({ name, worker, fence }) => (worker === null ? [] : [{ name, worker, fence }])),
    sharedValues: async (prefix) => {
      const rows = await source.all(sharedByPrefix, { pattern: `${prefix}%` });
      return rows.filter(({ name }) => name.startsWith(prefix));
    },
    shared: async (name) => (await source.all(sharedByName, { name }))[0]?.value ?? null,
  };
}
