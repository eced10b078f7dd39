/** Reads what is held (TU6). */
import type { HoldQueries } from "@reef/engine/port/holds";
import { type Source, statement } from "../sql.ts";
import type { HoldRow } from "../trust-tables.ts";
import { rowToHold } from "../write/hold-rows.ts";

const allHolds = statement<object, HoldRow>((db) => db.selectFrom("holds").selectAll().orderBy("at").orderBy("key"));

export function holdQueries(source: Source): HoldQueries {
  return { holds: async () => (await source.all(allHolds, {})).map(rowToHold) };
}
