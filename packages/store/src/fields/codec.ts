/**
 * Declares a noun's fields once, in a table with one codec a field. The row's type, its columns, the writes of an
 * insert and a change, and the result of a read all follow from the table, so no list beside it can forget a field.
 */

/** Maps one field to its row: to one column, or to one and others that follow from it. */
export interface Codec<Value, Columns extends object> {
  readonly columns: readonly (keyof Columns & string)[];
  readonly toColumns: (value: Value) => Columns;
  readonly toValue: (row: Columns) => Value;
}

/** A codec of which only the field is known. */
interface CodecOf<Given, Read = Given> {
  readonly columns: readonly string[];
  readonly toColumns: (value: Given) => object;
  readonly toValue: (row: never) => Read;
}

/** Every field has a codec: `-?` makes a missing one a compile error. */
export type Codecs<Fields> = { readonly [Name in keyof Fields]-?: CodecOf<Fields[Name]> };

type CodecTable = Readonly<Record<string, CodecOf<never, unknown>>>;
type Fields<Table extends CodecTable> = { readonly [Name in keyof Table]: ReturnType<Table[Name]["toValue"]> };

type Joined<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
/** The part of a row that holds the table's fields. */
export type ColumnsOf<Table extends CodecTable> = Joined<ReturnType<Table[keyof Table]["toColumns"]>> & object;

type Nullable<Value> = null extends Value ? null : never;

/** Stores the value unchanged. */
export function plain<Value, Name extends string>(name: Name): Codec<Value, Record<Name, Value>> {
  return {
    columns: [name],
    toColumns: (value) => ({ [name]: value }) as Record<Name, Value>,
    toValue: (row) => row[name],
  };
}

/** Stores a value of any shape as JSON text. Null stays null. */
export function json<Value, Name extends string>(name: Name): Codec<Value, Record<Name, string | Nullable<Value>>> {
  type Columns = Record<Name, string | Nullable<Value>>;
  return {
    columns: [name],
    toColumns: (value) => ({ [name]: value === null ? null : JSON.stringify(value) }) as Columns,
    toValue: (row) => {
      const text: string | null = row[name];
      return text === null ? null : JSON.parse(text);
    },
  };
}

/** Stores a boolean as 1 or 0. */
export function flag<Name extends string>(name: Name): Codec<boolean, Record<Name, 0 | 1>> {
  return {
    columns: [name],
    toColumns: (value) => ({ [name]: value ? 1 : 0 }) as Record<Name, 0 | 1>,
    toValue: (row) => row[name] === 1,
  };
}

/** Stores a text, and beside it the same in lower case, by which it is found and sorted. */
export function withKey<Name extends string, Key extends string>(
  name: Name,
  key: Key,
): Codec<string, Record<Name | Key, string>> {
  return {
    columns: [name, key],
    toColumns: (value) => ({ [name]: value, [key]: value.toLowerCase() }) as Record<Name | Key, string>,
    toValue: (row) => row[name],
  };
}

/** Returns the columns of every field of the table, in its order. */
export function columnNames<Table extends CodecTable>(table: Table): readonly (keyof ColumnsOf<Table> & string)[] {
  return Object.values(table).flatMap(({ columns }) => columns) as never;
}

/** Converts every field of the table to columns. */
export function fieldsToColumns<Table extends CodecTable>(table: Table, fields: Fields<Table>): ColumnsOf<Table> {
  return changesToColumns(table, fields) as ColumnsOf<Table>;
}

/** Converts the given fields to columns. Omitted or undefined fields are left alone. */
export function changesToColumns<Table extends CodecTable>(
  table: Table,
  fields: Partial<Fields<Table>>,
): Partial<ColumnsOf<Table>> {
  const columns = {};
  for (const name in table) {
    const value = fields[name];
    if (value !== undefined) Object.assign(columns, table[name]?.toColumns(value as never));
  }
  return columns;
}

/** Reads every field of the table from its columns. */
export function columnsToFields<Table extends CodecTable>(table: Table, row: ColumnsOf<Table>): Fields<Table> {
  const fields: { [Name in keyof Table]?: unknown } = {};
  for (const name in table) fields[name] = table[name]?.toValue(row as never);
  return fields as Fields<Table>;
}
