/** Finds words in all transcripts: which entries match, where, and which parts of them were asked for. */
import { z } from "zod";
import { Entry } from "./entry.ts";
import { type Page, pageOf } from "./page.ts";
import { Session } from "./session.ts";

/** Part of an entry's text around a match. */
export const Snippet = z
  .object({
    text: z.string(),
    /** The matches: from (inclusive) and to (exclusive), in UTF-16 units of `text`, ascending. */
    marks: z.array(z.tuple([z.int(), z.int()])),
  })
  .meta({ id: "Snippet" });
export type Snippet = z.infer<typeof Snippet>;

export const SearchHit = z
  .object({
    entry: Entry,
    session: Session,
    snippet: Snippet,
    /** How literally the words match: 1 if all are whole words, side by side, in the same order. */
    score: z.number().min(0).max(1),
  })
  .meta({ id: "SearchHit" });
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchPage = pageOf(SearchHit)
  .extend({
    /** False while entries are still being indexed, for example after an update: older matches may be missing. */
    isComplete: z.boolean(),
  })
  .meta({ id: "SearchPage" });
export type SearchPage = Page<SearchHit> & Pick<z.infer<typeof SearchPage>, "isComplete">;
