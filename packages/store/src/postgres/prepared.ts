/** Compiles each statement once for Postgres, and binds its parameters at each call. */
import type { Compilable, Kysely } from "kysely";
import { bind, compiledToPrepared, type Prepared, prepare, type Statement, type Value } from "../sql.ts";
import type { Tables } from "../tables.ts";
import { makeCompiler } from "./dialect.ts";
import { toParameter } from "./values.ts";

export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
  /** True for a text that comes again and again: the server keeps its plan. */
  readonly isKept: boolean;
}

export interface QueryCompiler {
  of(statement: Statement<never, unknown>, params: object): Query;
  build<Row>(build: (db: Kysely<Tables>) => Compilable<Row>): Query;
}

export function makeQueryCompiler(): QueryCompiler {
  const db = makeCompiler();
  const readyByStatement = new Map<object, Prepared>();
  return {
    of(statement, params) {
      let ready = readyByStatement.get(statement);
      if (ready === undefined) {
        ready = prepare(db, statement);
        readyByStatement.set(statement, ready);
      }
      return { text: ready.sql, values: toValues(bind(ready.values, params)), isKept: true };
    },
    build(build) {
      const { sql, values } = compiledToPrepared(build(db).compile());
      return { text: sql, values: toValues(bind(values, {})), isKept: false };
    },
  };
}

/** For the few queries that are written by hand. */
export function queryOf(text: string, values: readonly unknown[] = []): Query {
  return { text, values, isKept: true };
}

function toValues(values: readonly Value[]): readonly unknown[] {
  return values.map(toParameter);
}
