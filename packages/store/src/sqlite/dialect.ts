/** Configures Kysely for SQLite: one that only compiles, and one over an open connection for migrations. */
import type Database from "better-sqlite3";
import { DummyDriver, Kysely, SqliteAdapter, SqliteDialect, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Tables } from "../tables.ts";

/** Builds and compiles queries; running one through it does nothing. */
export function makeCompiler(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/**
 * Runs on `database`, which stays open and the caller's. Migrations run in one transaction: SQLite can roll back
 * changes of a schema, which Kysely's own adapter denies, and a kill between two statements would leave a file that no
 * version can open.
 */
export function makeKysely(database: Database.Database): Kysely<unknown> {
  const dialect = new SqliteDialect({ database });
  return new Kysely<unknown>({
    dialect: {
      createAdapter: () => new TransactionalAdapter(),
      createDriver: () => dialect.createDriver(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
