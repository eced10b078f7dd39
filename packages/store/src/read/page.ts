/**
 * Builds pages. One row more than requested says whether there is a next page; the cursor is the last row's sort key.
 */
import { AppError } from "@reef/protocol/error";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Value } from "../sql.ts";

export type SortKey = readonly (string | number)[];

/** Cuts off the extra row. `sortKeyOf` returns what a row is ordered by. */
export function makePage<Row, Item>(
  rows: readonly Row[],
  { limit, sortKeyOf, toItem }: { limit: number; sortKeyOf: (row: Row) => SortKey; toItem: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? sortKeyToCursor(sortKeyOf(last)) : null,
  };
}

export function sortKeyToCursor(sortKey: SortKey): string {
  return Buffer.from(JSON.stringify(sortKey)).toString("base64url");
}

/** Returns null for the first page. Throws `invalid_request` for a cursor that is not ours. */
export function cursorToSortKey<const Kinds extends readonly ("string" | "number")[]>(
  { cursor }: PageRequest,
  kinds: Kinds,
): { [K in keyof Kinds]: Kinds[K] extends "string" ? string : number } | null {
  if (cursor === null) return null;
  const sortKey = parse(cursor);
  const fits =
    Array.isArray(sortKey) && sortKey.length === kinds.length && kinds.every((kind, at) => typeof sortKey[at] === kind);
  if (!fits) throw new AppError("invalid_request", "this cursor is not from this list");
  return sortKey as never;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString()) as Value[];
  } catch {
    return null;
  }
}
