/** Defines the transcript's endpoint: pages of entries in either direction. */
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
          "Without `before` and `after`, the newest entries; with both, those between them, oldest first. `next` continues in the same direction: to older ones, or with `after` to newer ones.",
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

/** The cursor replaces the end where its list began; the other end stays as requested. */
function rangeOf({ before, after, cursor, limit }: EntriesQuery): EntryRange {
  return {
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(cursor !== undefined && positionOf(cursor)),
    limit: limitOf(limit),
  };
}

function positionOf(cursor: string): Pick<EntryRange, "before" | "after"> {
  const parsed = /^(before|after):(\d{1,15})$/.exec(cursor);
  if (parsed === null) throw new AppError("invalid_request", "the cursor is not from this list");
  const seq = Number(parsed[2]);
  return parsed[1] === "before" ? { before: seq } : { after: seq };
}

function nextOf(items: readonly Entry[], { after, before, limit }: EntryRange): string | null {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (after === undefined) return first.seq > 1 ? `before:${first.seq}` : null;
  return items.length < limit || last.seq + 1 === before ? null : `after:${last.seq}`;
}
