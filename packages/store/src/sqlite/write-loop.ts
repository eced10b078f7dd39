/**
 * Runs the only connection that writes a store, in a thread of its own. The server's event loop never waits for the disk, and
 * everything that arrives while one group is committed forms the next one.
 */
import { dirname } from "node:path";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { migrate } from "../migrations/all.ts";
import { endLeasesOfWorkers, endWorkers } from "../write/fleet-statements.ts";
import type { WriteRequest } from "../write/requests.ts";
import { firstSeq, lastSeq, pruneEvents } from "../write/statements.ts";
import { endLeases } from "../write/turn-statements.ts";
import { makeConnection } from "./connection.ts";
import { openDatabase } from "./database.ts";
import { makeKysely } from "./dialect.ts";
import { hasRoom } from "./disk.ts";
import { errorToFailure, type GroupDone, makeGroupWriter, type OpenClaim } from "./group.ts";
import type { FromWriter, ToWriter, WriteReply, WriterOptions } from "./requests.ts";
import { assertVersion } from "./version.ts";

const groupMax = 256;
/** A group is closed after this long, or later on a slow disk, so that commits do not take most of the time. */
const groupMs = 5;
const groupMsMax = 20;
/** After this long without work, the thread tidies up. */
const idleMs = 250;
const pruneStep = 2_000;
/** After this long without work, it frees its working memory. */
const quietMs = 60_000;
/** How often a failing disk is tried again: waiting turns go on as soon as there is room. */
const probeMs = 100;

/** Serves the requests that come through the port until it says to close; then closes the port. */
export async function runWriter({ file, keepEvents, isAgain }: WriterOptions, port: MessagePort): Promise<void> {
  const say = (message: FromWriter) => port.postMessage(message);
  const database = open(file, say);
  if (database === null) return port.close();
  try {
    assertVersion(database.prepare("SELECT sqlite_version()").pluck().get() as string);
    await migrate(makeKysely(database));
    if (!isAgain) {
      for (const end of [endLeases, endWorkers, endLeasesOfWorkers]) makeConnection(database).run(end, {});
    }
  } catch (error) {
    database.close();
    say({ type: "refused", failure: errorToFailure(error) });
    port.close();
    return;
  }

  const group = makeGroupWriter(database);
  const waiting: WriteRequest[] = [];
  let taken = 0;
  let closing = false;
  let isTidy = false;
  let commitMs = 0;
  let problem: string | null = null;
  let openClaim: OpenClaim | undefined;

  const beats: Extract<ToWriter, { readonly type: "beat" }>[] = [];
  const receive = (message: ToWriter) => {
    switch (message.type) {
      case "write":
        waiting.push(...(JSON.parse(message.requests) as WriteRequest[]));
        return;
      case "beat":
        beats.push(message);
        return;
      case "openClaim":
        openClaim = { request: message.claim, isNew: true };
        return;
      case "closeClaim":
        if (openClaim !== undefined) say({ type: "claimClosed" });
        openClaim = undefined;
        return;
      case "close":
        closing = true;
        return;
      default:
        message satisfies never;
    }
  };
  const receiveAll = () => {
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port))
      receive(more.message);
  };

  /** Commits each beat alone, before the next group: beats are few, and small. */
  const writeBeats = () => {
    for (const { number, beat } of beats.splice(0)) {
      const one = [beat];
      try {
        const [reply] = group.write(() => one.pop()).replies;
        if (reply !== undefined) say({ type: "beaten", number, reply });
      } catch (error) {
        say({ type: "beaten", number, reply: { failure: errorToFailure(error) } });
      }
    }
  };
  const writeGroup = () => {
    receiveAll();
    writeBeats();
    if (taken >= waiting.length && openClaim?.isNew !== true) return;
    const endsAt = performance.now() + Math.min(groupMsMax, Math.max(groupMs, 2 * commitMs));
    let count = 0;
    const next = () => {
      if (count >= groupMax || performance.now() > endsAt) return undefined;
      if (taken >= waiting.length) {
        waiting.length = 0;
        taken = 0;
        receiveAll();
      }
      const request = waiting[taken];
      if (request === undefined) return undefined;
      taken += 1;
      count += 1;
      return request;
    };
    try {
      const done = group.write(next, () => openClaim);
      commitMs = done.commitMs;
      answer(done);
    } catch (error) {
      // A group that could not even begin has taken nothing: waiting requests fail with it, or they would be tried
      // forever.
      if (count === 0) {
        count = waiting.length - taken;
        taken = waiting.length;
      }
      const failure = errorToFailure(error);
      const replies: WriteReply[] = Array.from({ length: count }, () => ({ failure }));
      answer({ replies, claimReply: openClaim === undefined ? null : { failure }, events: [], seq: 0, wake: false });
    }
  };
  const answer = ({ replies, claimReply, events, seq, wake }: Omit<GroupDone, "commitMs">) => {
    const all = claimReply === null ? replies : [...replies, claimReply];
    const failed = all.find((reply) => "failure" in reply && reply.failure.isDisk === true);
    if (failed !== undefined && "failure" in failed) setProblem(failed.failure.message);
    if (all.length > 0) isTidy = false;
    if (claimReply !== null) openClaim = undefined;
    else if (openClaim !== undefined) openClaim = { ...openClaim, isNew: false };
    // An open claim that found nothing stays open, and there is nothing to say.
    if (all.length === 0 && events.length === 0 && !wake) return;
    say({
      type: "written",
      replies: JSON.stringify(all),
      answersClaim: claimReply !== null,
      events: `[${events.join(",")}]`,
      seq,
      wake,
    });
  };

  const setProblem = (text: string | null) => {
    if (text === problem) return;
    problem = text;
    say({ type: "health", problem });
  };
  /** Checks for room, and commits one page. */
  const probe = () => {
    if (problem === null) return;
    attempt(() => {
      if (!hasRoom(dirname(file))) return;
      database.pragma(`user_version = ${database.pragma("user_version", { simple: true })}`);
      setProblem(null);
    });
  };
  /** Work beside the requests must not end the thread: a failed act is tried again when it is next due. */
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      const failure = errorToFailure(error);
      if (failure.isDisk !== true) throw error;
      setProblem(failure.message);
    }
  };

  const tidy = () => {
    if (isTidy) return;
    const last = group.connection.get(lastSeq, {})?.seq ?? 0;
    const first = group.connection.get(firstSeq, {})?.seq ?? 0;
    const keepFrom = last - keepEvents + 1;
    if (first > 0 && first < keepFrom) {
      group.connection.run(pruneEvents, { from: first, to: Math.min(keepFrom, first + pruneStep) });
    } else {
      database.pragma("wal_checkpoint(PASSIVE)");
      isTidy = true;
    }
    idle.refresh();
  };
  const idle = setTimeout(() => attempt(tidy), idleMs);
  idle.unref();
  const quiet = setTimeout(() => {
    attempt(() => {
      group.forget();
      database.pragma("shrink_memory");
    });
  }, quietMs);
  quiet.unref();
  const probing = setInterval(probe, probeMs);
  probing.unref();

  port.on("message", (message: ToWriter) => {
    receive(message);
    while (beats.length > 0 || taken < waiting.length || openClaim?.isNew === true) writeGroup();
    // A claim that is opened repeatedly does not count as work.
    if (message.type === "write") {
      idle.refresh();
      quiet.refresh();
    }
    if (!closing) return;
    clearTimeout(idle);
    clearTimeout(quiet);
    clearInterval(probing);
    attempt(() => database.pragma("wal_checkpoint(TRUNCATE)"));
    database.close();
    port.close();
  });
  say({ type: "ready" });
}

function open(file: string, say: (message: FromWriter) => void): ReturnType<typeof openDatabase> | null {
  try {
    return openDatabase(file);
  } catch (error) {
    say({ type: "refused", failure: errorToFailure(error) });
    return null;
  }
}
