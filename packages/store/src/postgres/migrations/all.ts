/** Lists the migrations of a Postgres database: one that creates the whole schema, then those of both stores. */
import type { Migrations } from "../../migrations/run.ts";
import { up as wholeSchema } from "./0027-whole-schema.ts";

/** Later names belong to migrations that run on both stores. */
const first = "0027-whole-schema";

export function migrationsOfPostgres(all: Migrations): Migrations {
  const later = Object.entries(all).filter(([name]) => name > first);
  return { [first]: { up: wholeSchema }, ...Object.fromEntries(later) };
}
