/** Transcripts: a range of one, and the window that a model is to see. */
import type { EntryRange, Queries } from "@reef/engine/port/queries";
import type { EntryId, SessionId } from "@reef/protocol/ids";
import { entryColumns } from "../columns.ts";
import { entryRowToNoun } from "../rows/entry.ts";
import { type Source, statement } from "../sql.ts";
import type { EntryRow } from "../tables.ts";

interface Range {
  session_id: SessionId;
  after: number;
  before: number;
  limit: number;
}

const entryById = statement<{ id: EntryId }, EntryRow>((db, param) =>
  db.selectFrom("entries").select(entryColumns).where("id", "=", param("id")),
);
const oldestBetween = statement<Range, EntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<", param("before"))
    .orderBy("seq")
    .limit(param("limit")),
);
const newestBetween = statement<Range, EntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .where("session_id", "=", param("session_id"))
    .where("seq", ">", param("after"))
    .where("seq", "<", param("before"))
    .orderBy("seq", "desc")
    .limit(param("limit")),
);
const newestCompaction = statement<{ session_id: SessionId; one: number }, EntryRow>((db, param) =>
  db
    .selectFrom("entries")
    .select(entryColumns)
    .where("session_id", "=", param("session_id"))
    .where("through_seq", "is not", null)
    .orderBy("seq", "desc")
    .limit(param("one")),
);

const end = Number.MAX_SAFE_INTEGER;

export function entryQueries(source: Source): Pick<Queries, "entries" | "entry" | "window"> {
  return {
    entry: async (id) => (await source.all(entryById, { id })).map(entryRowToNoun)[0] ?? null,
    entries: async (sessionId, range: EntryRange) => {
      const { after, before, limit } = range;
      const params = { session_id: sessionId, after: after ?? 0, before: before ?? end, limit };
      if (after !== undefined) return (await source.all(oldestBetween, params)).map(entryRowToNoun);
      return (await source.all(newestBetween, params)).map(entryRowToNoun).reverse();
    },
    window: async (sessionId) => {
      const [compaction] = await source.all(newestCompaction, { session_id: sessionId, one: 1 });
      const after = compaction?.through_seq ?? 0;
      const rows = await source.all(oldestBetween, { session_id: sessionId, after, before: end, limit: end });
      if (compaction === undefined) return rows.map(entryRowToNoun);
      return [compaction, ...rows.filter(({ id }) => id !== compaction.id)].map(entryRowToNoun);
    },
  };
}
