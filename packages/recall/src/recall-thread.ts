/**
 * Runs the thread that owns the index files, so that the server's event loop waits for neither a search nor a write.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Shelf, type ShelfOptions } from "./index/shelf.ts";
import type { FromThread, ToThread } from "./thread-message.ts";

const port = parentPort;
if (!port) throw new Error("recall-thread runs as a worker thread");

const shelf = new Shelf(workerData as ShelfOptions);
/**
 * Without work for this long, the files are closed: open ones use memory, and reopening takes less than a millisecond.
 */
const quietMs = 60_000;
const quiet = setTimeout(() => shelf.closeAll(), quietMs);
quiet.unref();

function answer(message: ToThread): unknown {
  const { call } = message;
  switch (call.type) {
    case "version":
      return shelf.version(message.bot);
    case "size":
      return shelf.size(message.bot);
    case "search":
      return shelf.search(message.bot, call.query);
    case "apply":
      return shelf.apply(message.bot, call.batch);
    case "vectorVersion":
      return shelf.vectorVersion(message.bot, call.model);
    case "applyVectors":
      return shelf.applyVectors(message.bot, call.vectors);
    case "beginRebuild":
      return shelf.beginRebuild(message.bot);
    case "addToRebuild":
      return shelf.addToRebuild(message.bot, call.rows);
    case "endRebuild":
      return shelf.endRebuild(message.bot, call.through);
    case "abortRebuild":
      return shelf.abortRebuild(message.bot);
    case "forget":
      return shelf.forget(message.bot);
    default:
      return call satisfies never;
  }
}

port.on("message", (message: ToThread | "close") => {
  quiet.refresh();
  if (message === "close") {
    shelf[Symbol.dispose]();
    port.close();
    return;
  }
  let reply: FromThread;
  try {
    reply = { number: message.number, result: answer(message) };
  } catch (error) {
    reply = { number: message.number, failure: error instanceof Error ? error : new Error(String(error)) };
  }
  port.postMessage(reply);
});
