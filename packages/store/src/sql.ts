/**
 * Builds statements with Kysely and compiles them once: `statement` takes the query with named places, and each
 * connection compiles it for its dialect on first use and keeps the prepared form. That makes the writer fast.
 */
import type { Compilable, CompiledQuery, Kysely, RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Tables } from "./tables.ts";

export type Value = string | number | null | Uint8Array;
export type Params = { readonly [name: string]: Value };

/** Marks a place in a query for a value that is given when it runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type Param<P> = <Name extends keyof P & string>(name: Name) => RawBuilder<P[Name]>;

export interface Statement<P, Row> {
  readonly build: (db: Kysely<Tables>, param: Param<P>) => Compilable<Row>;
}

export function statement<P, Row = never>(
  build: (db: Kysely<Tables>, param: Param<P>) => Compilable<Row>,
): Statement<P, Row> {
  return { build };
}

export interface Prepared {
  readonly sql: string;
  /** The values in order: a constant, or the name of the one to take. */
  readonly values: readonly (Value | Placeholder)[];
}

export function prepare<P, Row>(db: Kysely<Tables>, { build }: Statement<P, Row>): Prepared {
  const param: Param<P> = (name) => sql`${new Placeholder(name)}`;
  return compiledToPrepared(build(db, param).compile());
}

export function compiledToPrepared(query: CompiledQuery): Prepared {
  return { sql: query.sql, values: query.parameters as readonly (Value | Placeholder)[] };
}

/** Returns the values of a prepared query in order, taken from `params` where they are named. */
export function bind(values: readonly (Value | Placeholder)[], params: object): Value[] {
  const bound = new Array<Value>(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Value | Placeholder;
    bound[index] = value instanceof Placeholder ? ((params as Params)[value.name] as Value) : value;
  }
  return bound;
}

/** Returns `{ name: param("name"), … }` for every named column, for inserts and updates of whole rows. */
export function eachParam<Row, Name extends keyof Row & string>(
  param: Param<Row>,
  names: readonly Name[],
): { [K in Name]: RawBuilder<Row[K]> } {
  return Object.fromEntries(names.map((name) => [name, param(name)])) as { [K in Name]: RawBuilder<Row[K]> };
}

/** Runs statements synchronously: the writer's connection, inside its transaction. */
export interface Connection {
  get<P extends object, Row>(statement: Statement<P, Row>, params: P): Row | undefined;
  all<P extends object, Row>(statement: Statement<P, Row>, params: P): Row[];
  run<P extends object>(statement: Statement<P, unknown>, params: P): void;
}

/** Reads everything committed, and nothing else. */
export interface Source {
  all<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<readonly Row[]>;
  /** Runs a query that is built at each call, such as a list with filters. */
  query<Row>(build: (db: Kysely<Tables>) => Compilable<Row>): Promise<readonly Row[]>;
  nowMs(): number;
  /** The clock by which leases are measured. */
  steadyMs(): number;
}
