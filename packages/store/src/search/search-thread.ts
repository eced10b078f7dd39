/** Runs the thread that owns the search index, so that indexing and answering never block the server's event loop. */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { SearchIndex } from "./search-index.ts";
import type { FromSearch, SearchOptions, ToSearch } from "./search-message.ts";

/** One slice of background work; an answer waits for at most one of them. */
const sliceMs = 20;
/** How long an answer waits for entries that are not indexed yet. */
const freshenMs = 1_000;
/** After this long without work, it frees its working memory. */
const quietMs = 60_000;

const port = parentPort;
if (!port) throw new Error("search-thread runs as a worker thread");
makeNice();

const { file, storeFile } = workerData as SearchOptions;
const index = new SearchIndex(file, storeFile);
const state = { isScheduled: false, isClosed: false };

const quiet = setTimeout(() => state.isClosed || index.shrink(), quietMs);
quiet.unref();

port.on("message", (message: ToSearch) => {
  quiet.refresh();
  switch (message.type) {
    case "close":
      state.isClosed = true;
      index[Symbol.dispose]();
      port.close();
      return;
    case "catchUp":
      if (message.hasDeleted) index.beginSweep();
      return schedule();
    case "find":
      return port.postMessage(answer(message));
    default:
      message satisfies never;
  }
});

function answer({ number, find }: Extract<ToSearch, { readonly type: "find" }>): FromSearch {
  try {
    const isComplete = index.catchUp(freshenMs);
    if (!isComplete) schedule();
    return { number, found: { rows: index.find(find), isComplete } };
  } catch (error) {
    return { number, failure: error instanceof Error ? error : new Error(String(error)) };
  }
}

function schedule(): void {
  if (state.isScheduled) return;
  state.isScheduled = true;
  setImmediate(() => {
    state.isScheduled = false;
    if (state.isClosed) return;
    if (!takeSlice()) schedule();
  });
}

/** Returns whether nothing is left to do. A failure, such as a full disk, is retried with the next change or search. */
function takeSlice(): boolean {
  try {
    return index.catchUp(sliceMs) && index.sweep();
  } catch {
    return true;
  }
}

/** On Linux a priority belongs to a thread; elsewhere it would be the whole server's. */
function makeNice(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, 10);
  } catch {
    // Not permitted here, so it runs at normal priority.
  }
}
