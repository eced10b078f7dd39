/** Searches all transcripts: the index names rows, and their current content is read from the store. */
import { textWithFiles } from "@reef/engine/file/say-files";
import type { Queries } from "@reef/engine/port/queries";
import { makeSnippet, matchText, questionToWords } from "@reef/engine/search/question";
import type { SessionId } from "@reef/protocol/ids";
import type { SearchHit } from "@reef/protocol/search";
import type { Session } from "@reef/protocol/session";
import { entryColumns } from "../columns.ts";
import { replacedBy } from "../replaced.ts";
import { readEntryRowToNoun } from "../rows/entry.ts";
import type { Search } from "../search/open-search.ts";
import type { Source } from "../sql.ts";
import { cursorToSortKey, sortKeyToCursor } from "./page.ts";

export function searchQueries({
  source,
  search,
  session,
}: {
  readonly source: Source;
  readonly search: Pick<Search, "find">;
  readonly session: Queries["session"];
}): Pick<Queries, "search"> {
  return {
    search: async (q, page) => {
      const words = questionToWords(q);
      const sortKey = cursorToSortKey(page, ["number"]);
      if (words.length === 0) return { items: [], next: null, isComplete: true };
      const before = sortKey?.[0] ?? Number.MAX_SAFE_INTEGER;
      const { rows: found, isComplete } = await search.find({ words, before, limit: page.limit + 1 });
      const shown = found.slice(0, page.limit);
      const last = shown.at(-1);
      const rows = await source.query((db) =>
        db.selectFrom("entries").select(entryColumns).select(replacedBy).where("n", "in", shown).orderBy("n", "desc"),
      );
      const sessions = new Map<SessionId, Promise<Session | null>>();
      const hits: SearchHit[] = [];
      for (const entry of rows.map(readEntryRowToNoun)) {
        const text = textWithFiles(entry);
        const match = matchText(text, words);
        const read = sessions.get(entry.sessionId) ?? session(entry.sessionId);
        sessions.set(entry.sessionId, read);
        const itsSession = await read;
        // Deleted since the index was asked.
        if (itsSession === null || match === null) continue;
        hits.push({ entry, session: itsSession, snippet: makeSnippet(text, match), score: match.score });
      }
      const next = found.length > page.limit && last !== undefined ? sortKeyToCursor([last]) : null;
      return { items: hits, next, isComplete };
    },
  };
}
