/**
 * The main thread's end of the writer thread: requests of one tick travel together, replies come in the order of the
 * requests. Events are handed out before the promise of their unit resolves (SY1).
 */
import { Worker } from "node:worker_threads";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type {
  ClaimRequest,
  FromWriter,
  ToWriter,
  WriteFailure,
  WriteReply,
  WriteRequest,
  WriteResult,
  WriterOptions,
} from "./requests.ts";

export interface Written {
  readonly result: WriteResult;
  /** Read from their text when somebody asks: most of the time nobody does, and it is most of the work here. */
  events(): readonly Event[];
}

export interface Writer extends AsyncDisposable {
  write(request: WriteRequest): Promise<Written>;
  /** A claim that stays open until there is something to claim or the signal is aborted. One at a time: another is tried once. */
  openClaim(claim: ClaimRequest, signal: AbortSignal): Promise<Written>;
}

export interface WriterListeners {
  /** Only called when there are some. */
  readonly onEvents: (events: () => readonly Event[]) => void;
  readonly onWake: () => void;
}

interface Pending {
  resolve(written: Written): void;
  reject(error: unknown): void;
}

const nothingClaimed: Written = { result: { seq: 0, existing: [], known: [], claims: [] }, events: () => [] };

export async function startWriter(options: WriterOptions, listeners: WriterListeners): Promise<Writer> {
  const thread = new Worker(threadUrl(), { workerData: options, execArgv: [] });
  const pending: Pending[] = [];
  let outbox: string[] = [];
  let answered = 0;
  let ended: AppError | null = null;
  let closing = false;
  let claiming: Pending | null = null;
  const { promise: ready, resolve: setReady, reject: setRefused } = Promise.withResolvers<void>();
  const { promise: gone, resolve: setGone } = Promise.withResolvers<void>();

  const end = (message: string, cause?: unknown) => {
    ended ??= new AppError("unavailable", message, { cause });
    setRefused(ended);
    for (const { reject } of pending.splice(0)) reject(ended);
    answered = 0;
    claiming?.reject(ended);
    claiming = null;
  };

  const send = () => {
    if (outbox.length === 0) return;
    const requests = `[${outbox.join(",")}]`;
    outbox = [];
    thread.postMessage({ type: "write", requests } satisfies ToWriter);
  };

  const takeReplies = (replies: readonly WriteReply[], text: string, answersClaim: boolean) => {
    const events = readOnce(text);
    if (text !== "[]") listeners.onEvents(events);
    const ofClaim = answersClaim ? replies.length - 1 : -1;
    let from = 0;
    for (const [place, reply] of replies.entries()) {
      const of = (place === ofClaim ? claiming : pending[answered]) as Pending;
      if (place === ofClaim) claiming = null;
      else answered += 1;
      if ("failure" in reply) {
        of.reject(failureToError(reply.failure));
        continue;
      }
      const start = from;
      from += reply.eventCount;
      const written = { result: reply.result, events: () => events().slice(start, start + reply.eventCount) };
      // Whoever sent a message is answered before the turn that took it begins.
      if (place === ofClaim) setImmediate(() => of.resolve(written));
      else of.resolve(written);
    }
    pending.splice(0, answered);
    answered = 0;
  };

  thread.on("message", (message: FromWriter) => {
    switch (message.type) {
      case "ready":
        return setReady();
      case "refused":
        return setRefused(failureToError(message.failure));
      case "written":
        takeReplies(JSON.parse(message.replies), message.events, message.answersClaim);
        if (message.wake) listeners.onWake();
        return;
      case "claimClosed":
        claiming?.resolve(nothingClaimed);
        claiming = null;
        return;
      default:
        message satisfies never;
    }
  });
  thread.on("error", (error) => end("the store's writer thread has failed; nothing can be written", error));
  thread.on("exit", () => {
    end(closedError().message);
    setGone();
  });

  const write = (request: WriteRequest) => {
    if (ended !== null || closing) return Promise.reject(ended ?? closedError());
    return new Promise<Written>((resolve, reject) => {
      // A request that cannot be written as JSON is its caller's failure alone.
      const text = JSON.stringify(request);
      pending.push({ resolve, reject });
      if (outbox.push(text) === 1) setImmediate(send);
    });
  };

  const openClaim = (claim: ClaimRequest, signal: AbortSignal) => {
    if (claiming !== null || ended !== null || closing) return write(claim);
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
    openClaim,
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

function failureToError({ code, message, fields }: WriteFailure): Error {
  return code === null ? new Error(message) : new AppError(code, message, { fields });
}
