/** Writes rows as text that is the same for both stores, and compares their keys as both stores order them. */
import type { Cell, Row, TableShape } from "./side.ts";

/** Different rows have different texts: each text says how long it is. */
export function rowToText(row: Row): string {
  let text = "";
  for (const cell of row) text += cellToText(cell);
  return `${text}\n`;
}

function cellToText(cell: Cell): string {
  if (cell === null) return "~;";
  switch (typeof cell) {
    case "string":
      return `s${cell.length}:${cell};`;
    case "bigint":
      return `i${cell};`;
    case "number":
      // A negative zero is a zero.
      return `f${cell + 0 === 0 ? 0 : cell};`;
    default:
      return `b${Buffer.from(cell).toString("hex")};`;
  }
}

/** Returns a comparison of two rows by their key: numbers by size, texts by the bytes of UTF-8. */
export function compareByKey({ columns, key }: TableShape): (one: Row, other: Row) => number {
  const places = key.map((name) => columns.findIndex((column) => column.name === name));
  return (one, other) => {
    for (const place of places) {
      const order = compareCells(one[place] ?? null, other[place] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareCells(one: Cell, other: Cell): number {
  if (one === other) return 0;
  if (typeof one === "string" && typeof other === "string") return Buffer.compare(Buffer.from(one), Buffer.from(other));
  if (typeof one === "bigint" && typeof other === "bigint") return one < other ? -1 : 1;
  throw new Error("a key is neither text nor a whole number in both stores");
}

export function keyOf({ columns, key }: TableShape, row: Row): readonly Cell[] {
  return key.map((name) => row[columns.findIndex((column) => column.name === name)] ?? null);
}
