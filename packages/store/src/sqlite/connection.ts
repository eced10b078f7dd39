/** Runs statements on a better-sqlite3 connection, each prepared once. */
import type { Clock } from "@reef/engine/port/clock";
import type Database from "better-sqlite3";
import type { Compilable, Kysely } from "kysely";
import { bind, type Connection, compiledToPrepared, prepare, type Source, type Statement, type Value } from "../sql.ts";
import type { Tables } from "../tables.ts";
import { makeCompiler } from "./dialect.ts";

/** Lists with filters make many texts; the least used are dropped and prepared again when needed. */
const adHocMax = 60;

interface Ready {
  readonly query: Database.Statement<[Value[]], unknown>;
  readonly values: Parameters<typeof bind>[0];
}

export function makeConnection(database: Database.Database): Connection {
  const find = makeFinder(database, makeCompiler());
  return {
    get: <P extends object, Row>(statement: Statement<P, Row>, params: P) => {
      const { query, values } = find(statement);
      return query.get(bind(values, params)) as Row | undefined;
    },
    all: <P extends object, Row>(statement: Statement<P, Row>, params: P) => {
      const { query, values } = find(statement);
      return query.all(bind(values, params)) as Row[];
    },
    run: (statement, params) => {
      const { query, values } = find(statement);
      query.run(bind(values, params));
    },
  };
}

export function makeSource(database: Database.Database, clock: Pick<Clock, "now" | "steady">): Source {
  const db = makeCompiler();
  const find = makeFinder(database, db);
  const adHoc = new Map<string, Database.Statement<[Value[]], unknown>>();
  return {
    all: async <P extends object, Row>(statement: Statement<P, Row>, params: P) => {
      const { query, values } = find(statement);
      return query.all(bind(values, params)) as Row[];
    },
    query: async <Row>(build: (db: Kysely<Tables>) => Compilable<Row>) => {
      const { sql, values } = compiledToPrepared(build(db).compile());
      let query = adHoc.get(sql);
      if (query === undefined) {
        if (adHoc.size >= adHocMax) adHoc.clear();
        query = database.prepare<[Value[]], unknown>(sql);
        adHoc.set(sql, query);
      }
      return query.all(bind(values, {})) as Row[];
    },
    nowMs: () => clock.now(),
    steadyMs: () => clock.steady(),
  };
}

function makeFinder(database: Database.Database, db: Kysely<Tables>) {
  const readyByStatement = new Map<object, Ready>();
  return <P, Row>(statement: Statement<P, Row>): Ready => {
    const known = readyByStatement.get(statement);
    if (known !== undefined) return known;
    const { sql, values } = prepare(db, statement);
    const ready = { query: database.prepare<[Value[]], unknown>(sql), values };
    readyByStatement.set(statement, ready);
    return ready;
  };
}
