/**
 * The main thread's end of the writer thread: requests of one tick travel together, replies come in the order of the
 * requests. Events are handed out before the promise of their unit resolves (SY1).
 */
import { Worker } from "node:worker_threads";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type {
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

export async function startWriter(options: WriterOptions, listeners: WriterListeners): Promise<Writer> {
  const thread = new Worker(threadUrl(), { workerData: options, execArgv: [] });
  const pending: Pending[] = [];
  let outbox: string[] = [];
  let answered = 0;
  let ended: AppError | null = null;
  let closing = false;
  const { promise: ready, resolve: setReady, reject: setRefused } = Promise.withResolvers<void>();
  const { promise: gone, resolve: setGone } = Promise.withResolvers<void>();

  const end = (message: string, cause?: unknown) => {
    ended ??= new AppError("unavailable", message, { cause });
    setRefused(ended);
    for (const { reject } of pending.splice(0)) reject(ended);
    answered = 0;
  };

  const send = () => {
    if (outbox.length === 0) return;
    const requests = `[${outbox.join(",")}]`;
    outbox = [];
    thread.postMessage({ type: "write", requests } satisfies ToWriter);
  };

  const takeReplies = (replies: readonly WriteReply[], text: string) => {
    const events = readOnce(text);
    if (text !== "[]") listeners.onEvents(events);
    let from = 0;
    for (const reply of replies) {
      const of = pending[answered] as Pending;
      answered += 1;
      if ("failure" in reply) {
        of.reject(failureToError(reply.failure));
        continue;
      }
      const start = from;
      from += reply.eventCount;
      of.resolve({ result: reply.result, events: () => events().slice(start, start + reply.eventCount) });
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
        takeReplies(JSON.parse(message.replies), message.events);
        if (message.wake) listeners.onWake();
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

  await ready;
  return {
    write: (request) => {
      if (ended !== null || closing) return Promise.reject(ended ?? closedError());
      return new Promise<Written>((resolve, reject) => {
        // A request that cannot be written as JSON is its caller's failure alone.
        const text = JSON.stringify(request);
        pending.push({ resolve, reject });
        if (outbox.push(text) === 1) setImmediate(send);
      });
    },
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
