/**
 * Commits in groups: all waiting requests are applied in one transaction and share one fsync; none is answered before
 * the commit (MB1). A bad request fails alone. That takes savepoints, which cost a third of the time because every page
 * is kept twice: so a group is tried without them first, and applied again with one for each request if one of them
 * fails.
 */
import { AppError } from "@reef/protocol/error";
import type { IsoTime } from "@reef/protocol/time";
import type Database from "better-sqlite3";
import type { Connection } from "../sql.ts";
import { type Applied, applyRequest, type ClaimRequest, type WriteRequest } from "../write/requests.ts";
import { emptyCache, forgetRows } from "../write/work.ts";
import { makeConnection } from "./connection.ts";
import { toDiskProblem } from "./disk.ts";
import { drive, loadNumbers } from "./drive.ts";
import type { WriteFailure, WriteReply } from "./requests.ts";

export interface GroupDone {
  readonly replies: readonly WriteReply[];
  /** The reply to the open claim; its events come last. Null while it stays open. */
  readonly claimReply: WriteReply | null;
  readonly events: readonly string[];
  /** The number of the last of them, and of all before. */
  readonly seq: number;
  readonly wake: boolean;
  /** How long the disk took. */
  readonly commitMs: number;
}

export interface GroupWriter {
  /**
   * Commits the requests that `next` returns until it returns none, and answers them in that order. The open claim
   * takes part if it is new or if one of them has made something claimable.
   */
  write(next: () => WriteRequest | undefined, openClaim?: FindOpenClaim): GroupDone;
  readonly connection: Connection;
  /** Drops the rows cached between groups, which are read again when needed. */
  forget(): void;
}

type FindOpenClaim = () => OpenClaim | undefined;

export interface OpenClaim {
  readonly request: ClaimRequest;
  /** True if it has not been tried yet. */
  readonly isNew: boolean;
}

export function makeGroupWriter(database: Database.Database): GroupWriter {
  const connection = makeConnection(database);
  const cache = emptyCache();
  const last = loadNumbers(connection);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const save = database.prepare("SAVEPOINT unit");
  const release = database.prepare("RELEASE unit");
  const undo = database.prepare("ROLLBACK TO unit");

  const rollback = () => {
    if (database.inTransaction) database.exec("ROLLBACK");
    forgetRows(cache);
    Object.assign(last, loadNumbers(connection));
  };

  const apply = (request: WriteRequest) => appliedToAnswer(drive(applyRequest(cache, request), connection, last));

  const applyAlone = (request: WriteRequest): Answer => {
    const before = { ...last };
    save.run();
    try {
      const answer = apply(request);
      release.run();
      return answer;
    } catch (error) {
      // A full disk may have ended the whole transaction: then nothing of the group can be kept.
      if (!database.inTransaction) throw error;
      undo.run();
      release.run();
      forgetRows(cache);
      Object.assign(last, before);
      return { reply: { failure: errorToFailure(error) }, events: [], wake: false };
    }
  };

  /** Returns null if one of them failed; then nothing has changed. */
  const applyTogether = (
    taken: WriteRequest[],
    next: () => WriteRequest | undefined,
    findClaim: FindOpenClaim,
  ): GroupResult | null => {
    const answers: Answer[] = [];
    for (let request = next(); request !== undefined; request = next()) {
      taken.push(request);
      try {
        answers.push(apply(request));
      } catch {
        rollback();
        return null;
      }
    }
    try {
      return answerClaim({ answers, taken, openClaim: findClaim() }, apply);
    } catch {
      rollback();
      return null;
    }
  };

  return {
    connection,
    forget: () => forgetRows(cache),
    write: (next, findClaim = () => undefined) => {
      const taken: WriteRequest[] = [];
      try {
        begin.run();
        let group = applyTogether(taken, next, findClaim);
        if (group === null) {
          begin.run();
          group = answerClaim({ answers: taken.map(applyAlone), taken, openClaim: findClaim() }, applyAlone);
        }
        const { answers, claimAnswer, unclaimed, wake } = group;
        const startedAt = performance.now();
        commit.run();
        return {
          commitMs: performance.now() - startedAt,
          replies: answers.map(({ reply }) => reply),
          claimReply: claimAnswer?.reply ?? null,
          seq: last.event,
          events: [...answers.flatMap(({ events }) => events), ...(claimAnswer?.events ?? unclaimed)],
          wake,
        };
      } catch (error) {
        rollback();
        throw error;
      }
    },
  };
}

interface GroupResult {
  readonly answers: readonly Answer[];
  readonly claimAnswer: Answer | null;
  /** Events of a claim that found nothing and stays open: a death may have been noted. */
  readonly unclaimed: readonly string[];
  readonly wake: boolean;
}

/** Runs after the requests of a group, in their transaction: what they made claimable is taken immediately. */
function answerClaim(
  group: {
    readonly answers: Answer[];
    readonly taken: readonly WriteRequest[];
    readonly openClaim?: OpenClaim | undefined;
  },
  apply: (claim: ClaimRequest) => Answer,
): GroupResult {
  const { answers, taken, openClaim } = group;
  const wake = answers.some((answer) => answer.wake);
  if (openClaim === undefined || !(openClaim.isNew || wake)) {
    return { answers, claimAnswer: null, unclaimed: [], wake };
  }
  const { request } = openClaim;
  const at = [request.at, ...taken.map(requestToTime)].reduce((latest, time) => (time > latest ? time : latest));
  const steadyMs = Math.max(request.steadyMs, ...taken.map((request) => request.steadyMs));
  const answer = apply({ ...request, at, steadyMs });
  if ("failure" in answer.reply) return { answers, claimAnswer: answer, unclaimed: [], wake };
  const claimed = answer.reply.result.claims?.length ?? 0;
  // If lanes are left, it took everything there was.
  const claimAnswer = claimed === 0 ? null : answer;
  return { answers, claimAnswer, unclaimed: answer.events, wake: wake && claimed === request.max };
}

function requestToTime(request: WriteRequest): IsoTime {
  return request.type === "commit" || request.type === "turn" ? request.unit.at : request.at;
}

interface Answer {
  readonly reply: WriteReply;
  readonly events: readonly string[];
  readonly wake: boolean;
}

function appliedToAnswer({ result, events, wake }: Applied): Answer {
  return { reply: { result, eventCount: events.length }, events, wake };
}

export function errorToFailure(error: unknown): WriteFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message, fields: error.fields };
  const disk = toDiskProblem(error);
  if (disk !== null) return { ...disk, fields: [], isDisk: true };
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (code?.startsWith("SQLITE_CONSTRAINT")) {
    return { code: "conflict", message: `this breaks a rule of the store: ${message}`, fields: [] };
  }
  return { code: null, message: stack ?? String(error), fields: [] };
}
