/** Brings a schema up to date. Two processes that start together do it one after the other. */
import { AppError } from "@reef/protocol/error";
import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

export type Migrations = Readonly<Record<string, Pick<Migration, "up">>>;

/** If a migration fails, rejects with everything as it was before that migration. `what` is what people call it. */
export async function runMigrations(
  db: Kysely<unknown>,
  migrations: Migrations,
  what: "the data folder" | "the database",
): Promise<void> {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error instanceof Error && /previously executed migration|corrupted migrations/.test(error.message)) {
    throw new AppError(
      "unavailable",
      `${what} was written by a newer version of Reef; start that version or a later one (nothing was changed)`,
      { cause: error },
    );
  }
  if (error !== undefined) throw new Error("the database could not be brought up to date", { cause: error });
}
