/**
 * Runs the main thread's end of the writer thread: requests of one tick travel together, replies come in the order of
 * the requests. Events are handed out before the promise of their unit resolves (SY1). A dead thread is restarted,
 * within bounds; its unanswered requests are rejected, since it is unknown whether they were saved (SV1).
 */
import { Worker } from "node:worker_threads";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { BeatRequest, ClaimRequest, Stamped, WriteRequest, WriteResult } from "../write/requests.ts";
import type { FromWriter, ToWriter, WriteFailure, WriteReply, WriterOptions } from "./requests.ts";

export interface Written {
  readonly result: WriteResult;
  /** Parses the events only when called: most callers never do, and parsing is most of the work here. */
  events(): readonly Event[];
}

export interface Writer extends AsyncDisposable {
  /** Returns why nothing can be saved now; null if saving works. */
  problem(): string | null;
  write(request: WriteRequest): Promise<Written>;
  /** Overtakes everything that waits to be written. */
  beat(beat: Stamped<BeatRequest>): Promise<WriteResult>;
  /**
   * Opens a claim that stays open until something is claimable or the signal aborts. One at a time: another is tried
   * once.
   */
  openClaim(claim: ClaimRequest, signal: AbortSignal): Promise<Written>;
}

export interface WriterListeners {
  /** Called only if there are events. */
  readonly onEvents: (events: () => readonly Event[]) => void;
  readonly onWake: () => void;
  /** A new thread has replaced a dead one: events after `seq` may not have been handed out. */
  readonly onRestart: (seq: number) => void;
  /** The thread has died too often: nothing can be saved any more. */
  readonly onFatal: (error: Error) => void;
}

export type StartThread = (url: URL, options: WriterOptions) => Worker;

/** The most restarts within this many milliseconds; after one more, the writer is given up. */
const restarts = { most: 3, withinMs: 600_000 };

const startWorker: StartThread = (url, options) => new Worker(url, { workerData: options, execArgv: [] });

interface Pending {
  resolve(written: Written): void;
  reject(error: unknown): void;
}

const nothingClaimed: Written = { result: { seq: 0, existing: [], known: [], claims: [] }, events: () => [] };

export async function startWriter(
  options: Omit<WriterOptions, "isAgain">,
  listeners: WriterListeners,
  startThread: StartThread = startWorker,
): Promise<Writer> {
  const pending: Pending[] = [];
  let outbox: string[] = [];
  const beating = new Map<number, { resolve(result: WriteResult): void; reject(error: unknown): void }>();
  let beats = 0;
  let answered = 0;
  let ended: AppError | null = null;
  let closing = false;
  let isReady = false;
  let problem: string | null = null;
  let lastSeq = 0;
  let endedAtMs: number[] = [];
  let claiming: Pending | null = null;
  const { promise: ready, resolve: setReady, reject: setRefused } = Promise.withResolvers<void>();
  const { promise: gone, resolve: setGone } = Promise.withResolvers<void>();

  const rejectAll = (error: AppError) => {
    outbox = [];
    for (const { reject } of pending.splice(0)) reject(error);
    answered = 0;
    for (const { reject } of beating.values()) reject(error);
    beating.clear();
    claiming?.reject(error);
    claiming = null;
  };
  const end = (error: AppError) => {
    ended ??= error;
    setRefused(ended);
    rejectAll(ended);
  };

  const send = () => {
    // Writes wait while a thread starts.
    if (outbox.length === 0 || !isReady) return;
    const requests = `[${outbox.join(",")}]`;
    outbox = [];
    thread.postMessage({ type: "write", requests } satisfies ToWriter);
  };

  const takeReplies = (
    replies: readonly WriteReply[],
    { events: text, seq, answersClaim }: Extract<FromWriter, { readonly type: "written" }>,
  ) => {
    lastSeq = Math.max(lastSeq, seq);
    const events = readOnce(text);
    if (text !== "[]") listeners.onEvents(events);
    const ofClaim = answersClaim ? replies.length - 1 : -1;
    let from = 0;
    for (const [place, reply] of replies.entries()) {
      const asked = (place === ofClaim ? claiming : pending[answered]) as Pending;
      if (place === ofClaim) claiming = null;
      else answered += 1;
      if ("failure" in reply) {
        asked.reject(failureToError(reply.failure));
        continue;
      }
      const start = from;
      from += reply.eventCount;
      const written = { result: reply.result, events: () => events().slice(start, start + reply.eventCount) };
      // The sender of a message is answered before the turn that took it begins.
      if (place === ofClaim) setImmediate(() => asked.resolve(written));
      else asked.resolve(written);
    }
    pending.splice(0, answered);
    answered = 0;
  };

  const receive = (message: FromWriter) => {
    switch (message.type) {
      case "ready":
        isReady = true;
        if (endedAtMs.length > 0) {
          problem = null;
          listeners.onRestart(lastSeq);
          listeners.onWake();
        }
        send();
        return setReady();
      case "refused":
        return setRefused(failureToError(message.failure));
      case "written":
        takeReplies(JSON.parse(message.replies), message);
        if (message.wake) listeners.onWake();
        return;
      case "beaten": {
        const beat = beating.get(message.number);
        beating.delete(message.number);
        if ("failure" in message.reply) beat?.reject(failureToError(message.reply.failure));
        else beat?.resolve(message.reply.result);
        return;
      }
      case "claimClosed":
        claiming?.resolve(nothingClaimed);
        claiming = null;
        return;
      case "health":
        problem = message.problem;
        if (problem === null) listeners.onWake();
        return;
      default:
        message satisfies never;
    }
  };

  const start = (isAgain: boolean): Worker => {
    const worker = startThread(threadUrl(), { ...options, isAgain });
    let cause: unknown;
    worker.on("message", receive);
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => replace(cause));
    return worker;
  };

  const replace = (cause: unknown) => {
    const wasRunning = isReady;
    isReady = false;
    if (closing || ended !== null || !wasRunning) {
      end(closing ? closedError() : failedError(cause));
      if (endedAtMs.length > 0 && !closing) listeners.onFatal(failedError(cause));
      return setGone();
    }
    const nowMs = performance.now();
    endedAtMs = [...endedAtMs.filter((ms) => nowMs - ms < restarts.withinMs), nowMs];
    if (endedAtMs.length > restarts.most) {
      end(failedError(cause));
      listeners.onFatal(failedError(cause));
      return setGone();
    }
    problem = restartedError(cause).message;
    rejectAll(restartedError(cause));
    thread = start(true);
  };
  let thread = start(false);

  const write = (request: WriteRequest) => {
    if (ended !== null || closing) return Promise.reject(ended ?? closedError());
    return new Promise<Written>((resolve, reject) => {
      // A request that cannot be written as JSON is its caller's failure alone.
      const text = JSON.stringify(request);
      pending.push({ resolve, reject });
      if (outbox.push(text) === 1) process.nextTick(send);
    });
  };

  const beat = (request: Stamped<BeatRequest>) => {
    if (ended !== null || closing) return Promise.reject(ended ?? closedError());
    // A starting thread has nothing queued that the beat could overtake.
    if (!isReady) return write(request).then(({ result }) => result);
    return new Promise<WriteResult>((resolve, reject) => {
      beats += 1;
      beating.set(beats, { resolve, reject });
      thread.postMessage({ type: "beat", number: beats, beat: request } satisfies ToWriter);
    });
  };

  const openClaim = (claim: ClaimRequest, signal: AbortSignal) => {
    if (claiming !== null || ended !== null || closing || !isReady) return write(claim);
    if (signal.aborted) return Promise.resolve(nothingClaimed);
    const close = () => thread.postMessage({ type: "closeClaim" } satisfies ToWriter);
    signal.addEventListener("abort", close, { once: true });
    const answer = new Promise<Written>((resolve, reject) => {
      claiming = { resolve, reject };
    });
    send();
    thread.postMessage({ type: "openClaim", claim } satisfies ToWriter);
    return answer.finally(() => signal.removeEventListener("abort", close));
  };

  await ready;
  return {
    write,
    beat,
    openClaim,
    problem: () => ended?.message ?? problem,
    [Symbol.asyncDispose]: async () => {
      if (ended === null && !closing) {
        closing = true;
        send();
        thread.postMessage({ type: "close" } satisfies ToWriter);
      }
      await gone;
    },
  };
}

/** Beside this file: as source in development, as a bundled entry in a release. */
function threadUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./writer-thread.ts" : "./writer-thread.js";
  return new URL(name, import.meta.url);
}

function readOnce(text: string): () => readonly Event[] {
  let events: readonly Event[] | null = null;
  return () => {
    events ??= JSON.parse(text) as readonly Event[];
    return events;
  };
}

function closedError(): AppError {
  return new AppError("unavailable", "the store is closed");
}

function failedError(cause: unknown): AppError {
  return new AppError("unavailable", "the store's writer has stopped, so nothing can be saved; restart Reef", {
    cause,
  });
}

function restartedError(cause: unknown): AppError {
  const text =
    "the store's writer stopped and is starting again; this change may or may not be saved, so check before you repeat it";
  return new AppError("unavailable", text, { cause });
}

function failureToError({ code, message, fields }: WriteFailure): Error {
  return code === null ? new Error(message) : new AppError(code, message, { fields });
}
