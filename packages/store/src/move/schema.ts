/** Compares schemas before anything moves: a table or column that only one side has would be lost. */
import { AppError } from "@reef/protocol/error";
import type { Side, TableShape } from "./side.ts";

/** Throws `unavailable` unless the migrations are exactly those of this version. */
export function requireMigrations(found: readonly string[], known: readonly string[], place: string): void {
  if (found.some((name) => !known.includes(name))) {
    throw new AppError(
      "unavailable",
      `${place} was written by a newer version of Reef; run “reef migrate” of that version or a later one (nothing was changed)`,
    );
  }
  if (known.some((name) => !found.includes(name))) {
    throw new AppError(
      "unavailable",
      `${place} was written by an older version of Reef; start this version there once, then move (nothing was changed)`,
    );
  }
}

/** Returns the tables of both, in an order that is the same each time. Throws a plain error if they differ. */
export async function tablesOfBoth(source: Side, target: Side): Promise<readonly TableShape[]> {
  const [mine, theirs] = [await source.tables(), await target.tables()];
  const lines = (tables: readonly TableShape[]) =>
    tables.map(({ name, columns, key }) =>
      [name, ...columns.map((column) => `${column.name}:${column.type}`), "key", ...key].join(" "),
    );
  const different = [
    ...lines(mine).filter((line) => !lines(theirs).includes(line)),
    ...lines(theirs).filter((line) => !lines(mine).includes(line)),
  ];
  if (different.length > 0) throw new Error(`the two stores have different tables: ${different.join("; ")}`);
  return mine;
}
