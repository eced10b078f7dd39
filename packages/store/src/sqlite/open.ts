/** Opens the embedded store: locks the folder, starts the writer, reads through a connection that cannot write. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@reef/engine/port/clock";
import type { Committed, Store } from "@reef/engine/port/store";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import Database from "better-sqlite3";
import { callEach, subscribe } from "../listeners.ts";
import { readFolderMark } from "../move/folder-mark.ts";
import { refuseMarked } from "../move/mark.ts";
import { makeQueries } from "../read/queries.ts";
import { searchQueries } from "../read/search.ts";
import { WindowCache } from "../read/window-cache.ts";
import { openSearch } from "../search/open-search.ts";
import { claimToToken, toBeat } from "../write/apply.ts";
import { makeSource } from "./connection.ts";
import { toDiskProblem } from "./disk.ts";
import { lockFolder } from "./lock.ts";
import { type StartThread, startWriter, type Written } from "./writer.ts";

export interface SqliteStoreOptions {
  /** Created if it does not exist; holds `reef.db`, `reef.lock`, and `search.db`, which can be deleted. */
  readonly folder: string;
  readonly clock: Clock;
  /** How many of the newest events are kept. */
  readonly keepEvents?: number;
  /** Called once when saving has become impossible for good: the process should end (SV1). */
  readonly onFatal?: (error: Error) => void;
  /** For tests: starts the writer's thread. */
  readonly startThread?: StartThread;
}

/** After this long without a write, caches are freed. */
const quietMs = 60_000;
const keepEventsDefault = 200_000;
/** More events than any group has. */
const eventsOfGroupMax = 100_000;

/**
 * Opens the store of a data folder and brings its schema up to date. Turns that were running are claimable immediately,
 * since the lock proves that their worker is dead (TU2). Rejects with `unavailable` if another process has the folder
 * open. Dispose of it to write everything to disk and free the folder.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { folder, clock, keepEvents } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder, { onLost: (error) => options.onFatal?.(error) }).catch((error: unknown) => {
    throw toStartError(error);
  });
  try {
    refuseMarked(await readFolderMark(folder), `the data folder ${folder}`);
  } catch (error) {
    lock.close();
    throw error;
  }
  const file = join(folder, "reef.db");
  const wakeListeners = new Set<() => void>();
  const eventListeners = new Set<(events: readonly Event[]) => void>();
  const search = openSearch({ file: join(folder, "search.db"), storeFile: file });
  try {
    const writer = await startWriter(
      { file, keepEvents: keepEvents ?? keepEventsDefault },
      {
        onEvents: (events) => {
          search.note(false);
          quiet.refresh();
          if (eventListeners.size > 0) callEach(eventListeners, events());
        },
        onWake: () => callEach(wakeListeners, undefined),
        onRestart: (seq) => void handOut(seq),
        onFatal: (error) => options.onFatal?.(error),
      },
      options.startThread,
    );
    lock.watchStore();
    const reader = new Database(file, { readonly: true });
    // The system caches the file's pages as well; the default would hold 16 MB of them twice.
    reader.pragma("cache_size = -4000");
    const stamp = <Request>(request: Request) => ({ ...request, steadyMs: clock.steady() });
    const source = makeSource(reader, clock);
    const windows = new WindowCache();
    const queries = makeQueries(source, windows);
    const quiet = setTimeout(() => {
      windows.clear();
      reader.pragma("shrink_memory");
    }, quietMs);
    quiet.unref();
    /** Hands out events that a dead thread had committed but not reported. */
    const handOut = async (after: number) => {
      const events = await queries.events(after, eventsOfGroupMax);
      windows.clear();
      if (events.length > 0) callEach(eventListeners, events);
    };
    return {
      isShared: false,
      problem: () => writer.problem() ?? lock.problem(),
      commit: async (unit) => {
        // A file that no one will find again must not accept anything.
        const lost = lock.problem();
        if (lost !== null) throw new AppError("unavailable", lost);
        const committed = toCommitted(await writer.write(stamp({ type: "commit", unit })));
        if (unit.ops.some(({ op }) => op === "session.delete" || op === "bot.delete")) {
          search.note(true);
          windows.clear();
        }
        return committed;
      },
      claim: async (worker, max, at, signal) => {
        const request = stamp({ type: "claim", worker, max, at } as const);
        const { result } = await (signal === undefined ? writer.write(request) : writer.openClaim(request, signal));
        return result.claims ?? [];
      },
      beat: async (claims, at) => {
        const { beat } = await writer.beat(stamp({ type: "beat", tokens: claims.map(claimToToken), at }));
        return toBeat(claims, beat ?? { lost: [], cancelled: [] });
      },
      commitTurn: async (claim, unit) => {
        const written = await writer.write(stamp({ type: "turn", token: claimToToken(claim), unit }));
        return written.result.fenced ? { state: "fenced" } : { state: "ok", committed: toCommitted(written) };
      },
      onWake: (listener) => subscribe(wakeListeners, listener),
      onEvents: (listener) => subscribe(eventListeners, listener),
      onGap: () => () => undefined,
      read: { ...queries, ...searchQueries({ source, search, session: queries.session }) },
      [Symbol.asyncDispose]: async () => {
        await Promise.all([search[Symbol.asyncDispose](), writer[Symbol.asyncDispose]()]);
        clearTimeout(quiet);
        reader.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Uses the same sentence for a failing disk as later on. */
function toStartError(error: unknown): unknown {
  const problem = toDiskProblem(error);
  return problem === null ? error : new AppError(problem.code, problem.message, { cause: error });
}

function toCommitted({ result, events }: Written): Committed {
  return {
    seq: result.seq,
    existing: result.existing,
    known: result.known,
    presence: result.presence,
    get events() {
      return events();
    },
  };
}
