/** Configures Kysely for Postgres: one that only compiles, and one over a pool for migrations. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type PrimitiveValueListNode,
  sql,
  type ValueListNode,
} from "kysely";
import type { Pool } from "pg";
import type { Tables } from "../tables.ts";

/** Builds and compiles queries; running one through it does nothing. */
export function makeCompiler(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new Compiler(),
    },
  });
}

/** Closes the pool when it is destroyed. */
export function makeKysely(pool: Pool): Kysely<unknown> {
  const dialect = new PostgresDialect({ pool });
  return new Kysely<unknown>({
    dialect: {
      createAdapter: () => new LockedAdapter(),
      createDriver: () => dialect.createDriver(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
}

/**
 * Takes no lock for migrations: Kysely's own belongs to a session, which a pooler gives to someone else with the lock.
 * Start a transaction with `lockMigrations` in its place.
 */
class LockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

/** Waits until no other transaction migrates this database; holds until the transaction ends. */
export async function lockMigrations(transaction: Kysely<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('reef migrations', 4))`.execute(transaction);
}

/** Lets `in ()` find nothing, as in SQLite, where Postgres has a syntax error. */
class Compiler extends PostgresQueryCompiler {
  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    if (node.values.length === 0) this.append("(null)");
    else super.visitPrimitiveValueList(node);
  }

  protected override visitValueList(node: ValueListNode): void {
    if (node.values.length === 0) this.append("(null)");
    else super.visitValueList(node);
  }
}
