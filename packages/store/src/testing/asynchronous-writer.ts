/**
 * Replaces the writer thread in tests: drives the same writes over a database that answers later, each request in its
 * own transaction, with rows and counts cached for that transaction only. Steps that need no answer are sent without
 * waiting. A store on another machine would work in this way; the port's suites show that nothing else is needed.
 */
import { EventEmitter } from "node:events";
import { setImmediate as nextTick } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { migrate } from "../migrations/all.ts";
import type { Connection } from "../sql.ts";
import { makeConnection } from "../sqlite/connection.ts";
import { openDatabase } from "../sqlite/database.ts";
import { makeKysely } from "../sqlite/dialect.ts";
import { type LastNumbers, loadNumbers, takeNumbers } from "../sqlite/drive.ts";
import { errorToFailure } from "../sqlite/group.ts";
import type { FromWriter, ToWriter, WriteReply } from "../sqlite/requests.ts";
import type { StartThread } from "../sqlite/writer.ts";
import { type Applied, applyRequest, type ClaimRequest, type WriteRequest } from "../write/requests.ts";
import type { Step, Write } from "../write/steps.ts";
import { endLeases } from "../write/turn-statements.ts";
import { emptyCache } from "../write/work.ts";

/** Answers a step with a value, or a promise of one. */
type Answer = (step: Step) => unknown;

/** Drives a write whose answers come later. */
export async function driveLater<Result>(write: Write<Result>, answer: Answer): Promise<Result> {
  const steps = write[Symbol.iterator]();
  let next = steps.next();
  while (next.done !== true) {
    let answered: unknown;
    try {
      answered = await answer(next.value);
    } catch (error) {
      if (steps.throw === undefined) throw error;
      next = steps.throw(error);
      continue;
    }
    next = steps.next(answered);
  }
  return next.value;
}

export interface LateDatabase {
  readonly answer: Answer;
  /** Resolves when everything sent is done; rejects with the first failure. */
  done(): Promise<void>;
}

/** Runs statements in the order they were sent, and none after a failure, as in an aborted transaction. */
export function answerLate(connection: Connection, last: LastNumbers): LateDatabase {
  let sent: Promise<unknown> = Promise.resolve();
  const send = <Result>(act: () => Result): Promise<Result> => {
    const done = sent.then(() => nextTick()).then(act);
    done.catch(() => undefined);
    sent = done;
    return done;
  };
  return {
    done: async () => void (await sent),
    answer: (step) => {
      switch (step.kind) {
        case "one":
          return send(() => connection.get(step.statement, step.params as never));
        case "all":
          return send(() => connection.all(step.statement, step.params as never));
        case "run": {
          // The write goes on, and changes its rows, before this arrives.
          const params = structuredClone(step.params);
          send(() => connection.run(step.statement, params as never));
          return undefined;
        }
        case "each":
          for (const row of structuredClone([...step.rows])) send(() => connection.run(step.statement, row as never));
          return undefined;
        case "number":
          return takeNumbers(step, last);
        default:
          return step satisfies never;
      }
    },
  };
}

/** Pass to `openSqliteStore` in place of a thread. */
export const startAsynchronousWriter: StartThread = (_url, { file, isAgain }) => {
  const thread = new EventEmitter();
  const say = (message: FromWriter) => thread.emit("message", message);
  const database = openDatabase(file);
  const connection = makeConnection(database);
  let openClaim: ClaimRequest | undefined;

  const transact = async (request: WriteRequest): Promise<Applied> => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const { answer, done } = answerLate(connection, loadNumbers(connection));
      const applied = await driveLater(applyRequest(emptyCache(), request), answer);
      await done();
      database.exec("COMMIT");
      return applied;
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };
  const reply = async (
    request: WriteRequest,
  ): Promise<{ reply: WriteReply; events: readonly string[]; wake: boolean }> => {
    try {
      const { result, events, wake } = await transact(request);
      return { reply: { result, eventCount: events.length }, events, wake };
    } catch (error) {
      return { reply: { failure: errorToFailure(error) }, events: [], wake: false };
    }
  };
  const write = async (request: WriteRequest, answersClaim: boolean) => {
    const { reply: replied, events, wake } = await reply(request);
    const hasClaimed = "failure" in replied || (replied.result.claims?.length ?? 0) > 0;
    const staysOpen = answersClaim && !hasClaimed;
    if (staysOpen && events.length === 0) return;
    if (answersClaim && !staysOpen) openClaim = undefined;
    say({
      type: "written",
      replies: JSON.stringify(staysOpen ? [] : [replied]),
      answersClaim: answersClaim && !staysOpen,
      events: `[${events.join(",")}]`,
      seq: "failure" in replied ? 0 : replied.result.seq,
      wake,
    });
    if (wake && openClaim !== undefined) await write({ ...openClaim, at: timeOf(request) }, true);
  };
  const receive = async (message: ToWriter) => {
    switch (message.type) {
      case "write":
        for (const request of JSON.parse(message.requests) as WriteRequest[]) await write(request, false);
        return;
      case "beat":
        say({ type: "beaten", number: message.number, reply: (await reply(message.beat)).reply });
        return;
      case "openClaim":
        openClaim = message.claim;
        return await write(message.claim, true);
      case "closeClaim":
        if (openClaim !== undefined) say({ type: "claimClosed" });
        openClaim = undefined;
        return;
      case "close":
        database.close();
        thread.emit("exit", 0);
        return;
      default:
        message satisfies never;
    }
  };

  let received = migrate(makeKysely(database)).then(() => {
    if (!isAgain) connection.run(endLeases, {});
    say({ type: "ready" });
  });
  const postMessage = (message: ToWriter) => {
    received = received.then(() => receive(message)).catch((error: unknown) => void thread.emit("error", error));
  };
  return Object.assign(thread, { postMessage }) as unknown as Worker;
};

function timeOf(request: WriteRequest) {
  return request.type === "commit" || request.type === "turn" ? request.unit.at : request.at;
}
