/**
 * Group commit: whatever waits is applied in one transaction and shares one fsync; nobody is answered before the commit
 * (MB1). A bad request fails alone. Savepoints see to that, but cost a third of the time, for every page is kept twice:
 * so a group is tried without them first, and applied again with one for each request when one of them fails.
 */
import { AppError } from "@reef/protocol/error";
import type Database from "better-sqlite3";
import type { Connection } from "../sql.ts";
import { applyBeat, applyTurnUnit, applyUnit } from "../write/apply.ts";
import { claimTurns } from "../write/claim.ts";
import { finishWork, forgetRows, loadCache, loadCounters, type RowCache, startWork } from "../write/work.ts";
import { makeConnection } from "./connection.ts";
import type { WriteFailure, WriteReply, WriteRequest, WriteResult } from "./requests.ts";

export interface GroupDone {
  readonly replies: readonly WriteReply[];
  readonly events: readonly string[];
  readonly wake: boolean;
  /** How long the disk took. */
  readonly commitMs: number;
}

export interface GroupWriter {
  /** Commits the requests that `next` gives until it gives none; answers them in that order. */
  write(next: () => WriteRequest | undefined): GroupDone;
  readonly connection: Connection;
}

export function makeGroupWriter(database: Database.Database): GroupWriter {
  const connection = makeConnection(database);
  const cache = loadCache(connection);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const save = database.prepare("SAVEPOINT unit");
  const release = database.prepare("RELEASE unit");
  const undo = database.prepare("ROLLBACK TO unit");

  const rollback = () => {
    if (database.inTransaction) database.exec("ROLLBACK");
    forgetRows(cache);
    Object.assign(cache, loadCounters(connection));
  };

  const applyAlone = (request: WriteRequest): Answer => {
    const before = { lastSeq: cache.lastSeq, lastLine: cache.lastLine, openWaits: cache.openWaits };
    save.run();
    try {
      const applied = applyRequest({ connection, cache, request });
      release.run();
      return appliedToAnswer(applied);
    } catch (error) {
      // A full disk may have ended the whole transaction: then nothing of the group can be kept.
      if (!database.inTransaction) throw error;
      undo.run();
      release.run();
      forgetRows(cache);
      Object.assign(cache, before);
      return { reply: { failure: errorToFailure(error) }, events: [], wake: false };
    }
  };

  /** Null when one of them failed; then nothing has happened. */
  const applyTogether = (taken: WriteRequest[], next: () => WriteRequest | undefined): Answer[] | null => {
    const answers: Answer[] = [];
    for (let request = next(); request !== undefined; request = next()) {
      taken.push(request);
      try {
        answers.push(appliedToAnswer(applyRequest({ connection, cache, request })));
      } catch {
        rollback();
        return null;
      }
    }
    return answers;
  };

  return {
    connection,
    write: (next) => {
      const taken: WriteRequest[] = [];
      try {
        begin.run();
        let answers = applyTogether(taken, next);
        if (answers === null) {
          begin.run();
          answers = taken.map(applyAlone);
        }
        const startedAt = performance.now();
        commit.run();
        return {
          commitMs: performance.now() - startedAt,
          replies: answers.map(({ reply }) => reply),
          events: answers.flatMap(({ events }) => events),
          wake: answers.some(({ wake }) => wake),
        };
      } catch (error) {
        rollback();
        throw error;
      }
    },
  };
}

interface Answer {
  readonly reply: WriteReply;
  readonly events: readonly string[];
  readonly wake: boolean;
}

function appliedToAnswer({ result, events, wake }: Applied): Answer {
  return { reply: { result, eventCount: events.length }, events, wake };
}

interface Applied {
  readonly result: WriteResult;
  readonly events: readonly string[];
  readonly wake: boolean;
}

function applyRequest(options: {
  readonly connection: Connection;
  readonly cache: RowCache;
  readonly request: WriteRequest;
}): Applied {
  const { connection, cache, request } = options;
  switch (request.type) {
    case "commit": {
      const work = startWork(connection, cache, request.unit.at);
      applyUnit(work, request.unit);
      const { events, wake, ...result } = finishWork(work);
      return { result, events, wake };
    }
    case "turn": {
      const work = startWork(connection, cache, request.unit.at);
      const fenced = !applyTurnUnit(work, request.token, request.unit);
      const { events, wake, ...result } = finishWork(work);
      return { result: { ...result, fenced }, events, wake };
    }
    case "claim": {
      const work = startWork(connection, cache, request.at);
      const claims = claimTurns(work, request.worker, request.max);
      const { events, ...result } = finishWork(work);
      // A claim takes work away; there is nothing new to wake for.
      return { result: { seq: result.seq, existing: [], known: [], claims: claims() }, events, wake: false };
    }
    case "beat": {
      const work = startWork(connection, cache, request.at);
      const beat = applyBeat(work, request.tokens);
      return { result: { seq: cache.lastSeq, existing: [], known: [], beat }, events: [], wake: false };
    }
    default: {
      const other: never = request;
      throw new Error(`unexpected request: ${JSON.stringify(other)}`);
    }
  }
}

export function errorToFailure(error: unknown): WriteFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message, fields: error.fields };
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (code?.startsWith("SQLITE_CONSTRAINT")) {
    return { code: "conflict", message: `this breaks a rule of the store: ${message}`, fields: [] };
  }
  return { code: null, message: stack ?? String(error), fields: [] };
}
