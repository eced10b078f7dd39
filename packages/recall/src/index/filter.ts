/** Selects the rows that a query wants: valid at its time (ME4), of its kinds, trust and period. */
import type { RecallQuery } from "@reef/engine/port/recall";
import { isoToMs } from "@reef/protocol/time";
import type { IndexedRow } from "./row.ts";

export interface Filter {
  isWanted(row: IndexedRow): boolean;
  /** The same as conditions on the table `m`. */
  readonly sql: string;
  /** True when more than validity is required: many rows may fail. */
  readonly isNarrow: boolean;
}

export function createFilter(query: RecallQuery, trustId: (label: string) => number | undefined): Filter {
  const validAt = isoToMs(query.asOf ?? query.now);
  // Later events were not known then.
  const knownBy = query.asOf === undefined ? Number.POSITIVE_INFINITY : validAt;
  const trust = query.trust && new Set(query.trust.map((label) => trustId(label) ?? -1));
  const since = query.since ? isoToMs(query.since) : null;
  const until = query.until ? isoToMs(query.until) : null;
  const narrow = [
    ...(query.kinds ? [`m.kind IN (${query.kinds.map((kind) => `'${kind.replaceAll("'", "''")}'`).join(",")})`] : []),
    ...(trust ? [`m.trust IN (${[...trust].join(",")})`] : []),
    ...(since === null ? [] : [`m.at >= ${since}`]),
    ...(until === null ? [] : [`m.at < ${until}`]),
    ...(query.asOf === undefined ? [] : [`coalesce(m.validFrom, m.at, 0) <= ${validAt}`]),
  ];
  return {
    sql: [
      ...narrow,
      `(m.validFrom IS NULL OR m.validFrom <= ${validAt})`,
      `(m.validTo IS NULL OR m.validTo > ${validAt})`,
    ].join(" AND "),
    isNarrow: narrow.length > 0,
    isWanted: (row) =>
      (row.validFrom ?? row.at ?? 0) <= knownBy &&
      (row.validFrom === null || row.validFrom <= validAt) &&
      (row.validTo === null || row.validTo > validAt) &&
      (!query.kinds || query.kinds.includes(row.kind)) &&
      (!trust || (row.trust !== null && trust.has(row.trust))) &&
      (since === null || (row.at !== null && row.at >= since)) &&
      (until === null || (row.at !== null && row.at < until)),
  };
}
