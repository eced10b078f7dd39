/**
 * Names the types of columns for migrations that run on both stores: 0028 and later. Texts compare by their bytes on
 * both, and every whole number has 64 bits.
 */
import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

type DataTypeExpression = Parameters<CreateTableBuilder<string>["addColumn"]>[1];

export interface ColumnTypes {
  readonly text: DataTypeExpression;
  readonly integer: DataTypeExpression;
  readonly float: DataTypeExpression;
  readonly bytes: DataTypeExpression;
  /** For a column `n` that counts its rows up: pass `counted` to `addColumn` as well. */
  readonly counted: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

export function columnTypes(db: Pick<Kysely<unknown>, "getExecutor">): ColumnTypes {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) {
    return {
      text: "text",
      integer: "integer",
      float: "double precision",
      bytes: "blob",
      counted: (column) => column.primaryKey().notNull(),
    };
  }
  return {
    text: sql`text collate "C"`,
    integer: "bigint",
    float: "double precision",
    bytes: "bytea",
    counted: (column) => column.generatedByDefaultAsIdentity().primaryKey().notNull(),
  };
}
