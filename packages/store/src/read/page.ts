/** Pages: one row more than asked for says whether there is a next one; the cursor is the last row's place in the order. */
import { AppError } from "@reef/protocol/error";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Value } from "../sql.ts";

export type Place = readonly (string | number)[];

/** Cuts the extra row off. `placeOf` gives what a row is ordered by. */
export function makePage<Row, Item>(
  rows: readonly Row[],
  { limit, placeOf, toItem }: { limit: number; placeOf: (row: Row) => Place; toItem: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? placeToCursor(placeOf(last)) : null,
  };
}

export function placeToCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Null for the first page. Throws `invalid_request` for a cursor that is not ours. */
export function cursorToPlace<const Kinds extends readonly ("string" | "number")[]>(
  { cursor }: PageRequest,
  kinds: Kinds,
): { [K in keyof Kinds]: Kinds[K] extends "string" ? string : number } | null {
  if (cursor === null) return null;
  const place = parse(cursor);
  const fits =
    Array.isArray(place) && place.length === kinds.length && kinds.every((kind, at) => typeof place[at] === kind);
  if (!fits) throw new AppError("invalid_request", "this cursor is not from this list");
  return place as never;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString()) as Value[];
  } catch {
    return null;
  }
}
