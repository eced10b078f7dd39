/** The transcript's endpoint: pages of entries in either direction. */
import type { EntryRange } from "@reef/engine/port/queries";
import { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import { SessionId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { limitOf, pageQuery, seqQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const EntriesQuery = z.strictObject({ ...pageQuery, before: seqQuery, after: seqQuery });
type EntriesQuery = z.infer<typeof EntriesQuery>;

export function entryRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/entries",
        tag: "Sessions",
        summary: "Read the transcript, ascending",
        description:
          "Without `before` and `after`, the newest entries. `next` goes on in the same direction: to older ones, or with `after` to newer ones.",
        params: z.object({ id: SessionId }),
        query: EntriesQuery,
        status: 200,
        answer: pageOf(Entry),
      },
      async ({ params: { id }, query }) => {
        await found(deps.store.read.session(id), "session");
        const range = rangeOf(query);
        const items = await deps.store.read.entries(id, range);
        return { items, next: nextOf(items, range) };
      },
    ),
  ];
}

function rangeOf({ before, after, cursor, limit }: EntriesQuery): EntryRange {
  if ([before, after, cursor].filter((given) => given !== undefined).length > 1) {
    throw new AppError("invalid_request", "give only one of before, after and cursor");
  }
  if (before !== undefined) return { before, limit: limitOf(limit) };
  if (after !== undefined) return { after, limit: limitOf(limit) };
  if (cursor === undefined) return { limit: limitOf(limit) };
  const parsed = /^(before|after):(\d{1,15})$/.exec(cursor);
  if (parsed === null) throw new AppError("invalid_request", "the cursor is not one that this list gave out");
  const seq = Number(parsed[2]);
  return parsed[1] === "before" ? { before: seq, limit: limitOf(limit) } : { after: seq, limit: limitOf(limit) };
}

function nextOf(items: readonly Entry[], range: EntryRange): string | null {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (range.after !== undefined) return items.length < range.limit ? null : `after:${last.seq}`;
  return first.seq > 1 ? `before:${first.seq}` : null;
}
