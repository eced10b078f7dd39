/**
 * Says what differs between the stores in migrations that run on both: 0028 and later. Types need no care: an `integer`
 * has 64 bits on both, a `text` compares by its bytes, a `blob` is one.
 */
import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter } from "kysely";

/** Makes an `integer` column count its rows up: `addColumn("n", "integer", counted(db))`. */
export function counted(db: Pick<Kysely<unknown>, "getExecutor">) {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => {
    const key = column.primaryKey().notNull();
    return isPostgres ? key.generatedByDefaultAsIdentity() : key;
  };
}
