/** Reads transcripts: a range of one, and the window that a model sees. */
import type { EntryRange, Queries } from "@reef/engine/port/queries";
import type { EntryId, SessionId } from "@reef/protocol/ids";
import { sql } from "kysely";
import { entryColumns, wholeEntryColumns } from "../columns.ts";
import { isCurrent, replacedBy } from "../replaced.ts";
import { type ReadEntryRow, readEntryRowToNoun, wholeEntryRowToNoun } from "../rows/entry.ts";
import { type Source, statement } from "../sql.ts";
import type { WholeEntryRow } from "../tables.ts";
import { type KeptWindow, sizeOfRows, type WindowCache } from "./window-cache.ts";

interface Range {
  session_id: SessionId;
  after: number;
  before: number;
  limit: number;
  current: 0 | 1;
}

const entryById = statement<{ id: EntryId }, ReadEntryRow>((db, param) =>
  db.selectFrom("entries").select(entryColumns).select(replacedBy).where("id", "=", param("id")),
);
const oldestBetween = statement<Range, ReadEntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .select(replacedBy)
    .where((build) => build.or([build(param("current"), "=", sql.lit(0 as const)), isCurrent(build)]))
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<", param("before"))
    .orderBy("seq")
    .limit(param("limit")),
);
const newestBetween = statement<Range, ReadEntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .select(replacedBy)
    .where((build) => build.or([build(param("current"), "=", sql.lit(0 as const)), isCurrent(build)]))
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<", param("before"))
    .orderBy("seq", "desc")
    .limit(param("limit")),
);
const wholeFrom = statement<{ session_id: SessionId; after: number }, WholeEntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(wholeEntryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("rewound_to", "is", null)
    .where(isCurrent)
    .orderBy("seq"),
);
/** What was replaced follows from later rows, so a rewind after the known rows needs a query of its own. */
const rewindAfter = statement<{ session_id: SessionId; after: number }, { seq: number }>((db, param) =>
  db
    .selectFrom("entries")
    .select("seq")
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("rewound_to", "is not", null)
    .limit(sql.lit(1)),
);
const newestCompaction = statement<{ session_id: SessionId; one: number }, WholeEntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(wholeEntryColumns)
    .where("session_id", "=", param("session_id"))
    .where("through_seq", "is not", null)
    .where(isCurrent)
    .orderBy("seq", "desc")
    .limit(param("one")),
);

const end = Number.MAX_SAFE_INTEGER;

export function entryQueries(source: Source, windows: WindowCache): Pick<Queries, "entries" | "entry" | "window"> {
  const readWindow = async (sessionId: SessionId): Promise<KeptWindow> => {
    const [compaction] = await source.all(newestCompaction, { session_id: sessionId, one: 1 });
    const after = compaction?.through_seq ?? 0;
    const rows = await source.all(wholeFrom, { session_id: sessionId, after });
    const window = compaction === undefined ? rows : [compaction, ...rows.filter(({ id }) => id !== compaction.id)];
    return { entries: window.map(wholeEntryRowToNoun), size: sizeOfRows(window) };
  };
  /** Adds the later entries to a known window; returns null if it has to be read from scratch. */
  const readOn = async (sessionId: SessionId, kept: KeptWindow): Promise<KeptWindow | null> => {
    const { entries, size } = kept;
    const after = entries.at(-1)?.seq ?? 0;
    const rewinds = await source.all(rewindAfter, { session_id: sessionId, after });
    if (rewinds.length > 0) return null;
    const rows = await source.all(wholeFrom, { session_id: sessionId, after });
    if (rows.length === 0) return kept;
    if (rows.some(({ through_seq }) => through_seq !== null)) return null;
    return { entries: [...entries, ...rows.map(wholeEntryRowToNoun)], size: size + sizeOfRows(rows) };
  };
  return {
    entry: async (id) => (await source.all(entryById, { id })).map(readEntryRowToNoun)[0] ?? null,
    entries: async (sessionId, range: EntryRange) => {
      const { after, before, limit } = range;
      const current = range.isCurrent === true ? 1 : 0;
      const params = { session_id: sessionId, after: after ?? 0, before: before ?? end, limit, current } as const;
      if (after !== undefined) return (await source.all(oldestBetween, params)).map(readEntryRowToNoun);
      return (await source.all(newestBetween, params)).map(readEntryRowToNoun).reverse();
    },
    window: async (sessionId) => {
      const kept = windows.get(sessionId);
      const window = (kept && (await readOn(sessionId, kept))) ?? (await readWindow(sessionId));
      windows.keep(sessionId, window);
      return window.entries;
    },
  };
}
