/** Configures Kysely for Postgres: one that only compiles, and one over a pool for migrations. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type PrimitiveValueListNode,
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
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
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
