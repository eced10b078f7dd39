/**
 * A noun's fields are declared once, in a table with one codec a field. The row's type, its columns, what an insert and a
 * change write and what a read gives back all follow from the table, so no list beside it can forget a field.
 */

/** How one field stands in its row: in one column, or in one and others that follow from it. */
export interface Codec<Value, Columns extends object> {
  readonly columns: readonly (keyof Columns & string)[];
  readonly toColumns: (value: Value) => Columns;
  readonly toValue: (row: Columns) => Value;
}

/** What is known of a codec when only its field is known. */
interface CodecOf<Given, Read = Given> {
  readonly columns: readonly string[];
  readonly toColumns: (value: Given) => object;
  readonly toValue: (row: never) => Read;
}

/** Every field has a codec: `-?` makes a missing one an error of the compiler. */
export type Codecs<Fields> = { readonly [Name in keyof Fields]-?: CodecOf<Fields[Name]> };

type CodecTable = Readonly<Record<string, CodecOf<never, unknown>>>;
type Fields<Table extends CodecTable> = { readonly [Name in keyof Table]: ReturnType<Table[Name]["toValue"]> };

type Joined<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
/** The part of a row that holds the table's fields. */
export type ColumnsOf<Table extends CodecTable> = Joined<ReturnType<Table[keyof Table]["toColumns"]>> & object;

type Nullable<Value> = null extends Value ? null : never;

/** The value as it is. */
export function plain<Value, Name extends string>(name: Name): Codec<Value, Record<Name, Value>> {
  return {
    columns: [name],
    toColumns: (value) => ({ [name]: value }) as Record<Name, Value>,
    toValue: (row) => row[name],
  };
}

/** A value of any shape, as JSON text. Null stays null. */
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

/** Yes or no, as 1 or 0. */
export function flag<Name extends string>(name: Name): Codec<boolean, Record<Name, 0 | 1>> {
  return {
    columns: [name],
    toColumns: (value) => ({ [name]: value ? 1 : 0 }) as Record<Name, 0 | 1>,
    toValue: (row) => row[name] === 1,
  };
}

/** A text, and beside it the same in lower case: what it is found and sorted by. */
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

/** The columns of every field of the table, in its order. */
export function columnNames<Table extends CodecTable>(table: Table): readonly (keyof ColumnsOf<Table> & string)[] {
  return Object.values(table).flatMap(({ columns }) => columns) as never;
}

/** Every field of the table as columns. */
export function fieldsToColumns<Table extends CodecTable>(table: Table, fields: Fields<Table>): ColumnsOf<Table> {
  return changesToColumns(table, fields) as ColumnsOf<Table>;
}

/** The columns of the fields that are given; what is left out, or is undefined, is left alone. */
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

/** Every field of the table, read from its columns. */
export function columnsToFields<Table extends CodecTable>(table: Table, row: ColumnsOf<Table>): Fields<Table> {
  const fields: { [Name in keyof Table]?: unknown } = {};
  for (const name in table) fields[name] = table[name]?.toValue(row as never);
  return fields as Fields<Table>;
}
