/**
 * Opens the store of several workers: one connection writes units and claims in groups, a second renews leases, a third
 * hears of other workers; a fourth and a pool read. Leases are measured by the server's clock, so a worker whose own
 * clock is wrong neither loses a turn nor takes one (TU7).
 */
import type { Clock } from "@reef/engine/port/clock";
import type { FileBytes } from "@reef/engine/port/files";
import type { Committed, Store } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import { callEach, subscribe } from "../listeners.ts";
import { makeQueries } from "../read/queries.ts";
import { searchQueries } from "../read/search.ts";
import { WindowCache } from "../read/window-cache.ts";
import { claimToToken, toBeat } from "../write/apply.ts";
import type { Applied, WriteRequest } from "../write/requests.ts";
import { openFeed } from "./feed.ts";
import { openFileTable } from "./file-table.ts";
import type { GroupDone } from "./group.ts";
import { openLane } from "./lane.ts";
import { type Naming, openLink } from "./link.ts";
import { openLiveChannel } from "./live-channel.ts";
import { Owners } from "./locks.ts";
import { makeQueryCompiler, queryOf } from "./prepared.ts";
import { openReader } from "./reader.ts";
import { findEntries } from "./search.ts";
import { openSignals } from "./signals.ts";
import { startDatabase } from "./start.ts";
import { urlToTarget } from "./target.ts";
import { openTidying } from "./tidying.ts";

export interface PostgresStoreOptions {
  readonly url: string;
  readonly clock: Clock;
  /** How many of the newest events are kept. */
  readonly keepEvents?: number;
  /** What works but should be changed, in sentences for people. */
  readonly onWarning?: (text: string) => void;
  /** For tests: replaces the server's clock, by which leases are measured. */
  readonly leaseMs?: () => number;
}

export interface PostgresStore extends Store {
  /** Bytes of files, which every worker must be able to read. */
  readonly files: FileBytes;
}

const keepEventsDefault = 200_000;
/** A bot that another transaction has locked is free again about this much later. */
const skippedMs = 15;

/**
 * Brings the schema up to date. Rejects with `unavailable` and what to change if the database cannot be used. A turn
 * that was running goes on when its lease has ended: another worker may be alive.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { clock } = options;
  const target = urlToTarget(options.url);
  const { isPooled, mustSync, warnings } = await startDatabase(target);
  for (const warning of warnings) options.onWarning?.(warning);

  await using opened = new AsyncDisposableStack();
  const naming: Naming = { isAllowed: !isPooled };
  const compiler = makeQueryCompiler();
  const state = { problem: null as string | null, aheadMs: 0, wakes: 0, isClosed: false };
  /** The server's clock runs on by ours between two transactions. */
  const leaseNow = options.leaseMs ?? (() => performance.now() + state.aheadMs);
  const noteServerMs = (serverMs: number) => {
    state.aheadMs = serverMs - performance.now();
    return options.leaseMs?.() ?? serverMs;
  };
  const reader = opened.adopt(openReader({ target, naming, isPooled, compiler, clock, leaseNow }), (each) =>
    each.close(),
  );
  const windows = new WindowCache();
  const queries = makeQueries(reader, windows);
  const listeners = {
    wake: new Set<() => void>(),
    events: new Set<(events: readonly Event[]) => void>(),
    gap: new Set<(seq: number) => void>(),
  };
  const wake = () => {
    state.wakes += 1;
    callEach(listeners.wake, undefined);
  };

  const [counter] = await reader.send<{ value: number; ms: number }>(queryOf(startState));
  noteServerMs(counter?.ms ?? 0);
  const feed = openFeed({
    startSeq: counter?.value ?? 0,
    read: queries.events,
    hasListeners: () => listeners.events.size > 0,
    onGap: (seq) => {
      // ME6: what was deleted is among what is missing.
      windows.clear();
      options.onWarning?.("this worker stood still for so long that events are gone; it reads everything again");
      callEach(listeners.gap, seq);
    },
    onEvents: (events, isForeign) => {
      // ME6: deleted text must not stay in a cache here.
      if (isForeign && events.some(({ type }) => type.endsWith(".deleted"))) windows.clear();
      callEach(listeners.events, events);
    },
  });
  const signals = opened.adopt(
    openSignals({
      // A pooler delivers no notifications.
      connect: isPooled ? null : () => openLink(target, { naming, name: "signals" }),
      onSignal: async () => {
        if ((await feed.catchUp()) > 0) wake();
      },
    }),
    (each) => each.close(),
  );

  const onCommitted = async ({ firstSeq, outcomes }: GroupDone) => {
    const applied = outcomes.flatMap((outcome) => ("applied" in outcome ? outcome.applied : []));
    const texts = applied.flatMap(({ events }) => events);
    if (texts.length === 0) return;
    // It is saved: whatever could not be read here is read at the next signal.
    await feed.takeOwn({ firstSeq, texts }).catch(() => undefined);
    signals.tell();
  };
  const onAnswered = ({ outcomes, hasSkipped }: GroupDone) => {
    if (hasSkipped) setTimeout(wake, skippedMs).unref();
    if (outcomes.some((outcome) => "applied" in outcome && outcome.applied.wake)) wake();
  };
  const problems = new Map<string, string | null>();
  const openNamedLane = (name: string) =>
    opened.adopt(
      openLane({
        connect: () => openLink(target, { naming, name }),
        compiler,
        naming,
        mustSync,
        owners: new Owners(),
        lockByStatement: new Map(),
        leaseMs: noteServerMs,
        onCommitted,
        onAnswered,
        onProblem: (problem) => {
          const wasThere = problems.get(name) ?? null;
          problems.set(name, problem);
          // Turns may have become claimable while nothing could be saved.
          if (wasThere !== null && problem === null) wake();
        },
      }),
      (lane) => lane.close(),
    );
  const units = openNamedLane("units");
  /** Beats do not wait behind data: a live worker must not look dead. */
  const beats = openNamedLane("beats");
  opened.adopt(openTidying({ reader, keepEvents: options.keepEvents ?? keepEventsDefault }), (tidying) =>
    tidying.close(),
  );

  const claimOnce = async (claim: ClaimParts) => {
    const request: WriteRequest = { type: "claim", steadyMs: 0, ...claim };
    return (await units.write(request)).result.claims ?? [];
  };
  const live = opened.adopt(
    openLiveChannel({ connect: () => openLink(target, { naming, name: "live", isSerial: isPooled }) }),
    (channel) => channel.close(),
  );
  const closing = opened.move();
  return {
    isShared: true,
    live,
    files: openFileTable(reader),
    problem: () => [...problems.values()].find((problem) => problem !== null) ?? null,
    commit: async (unit) => {
      const committed = toCommitted(await units.write({ type: "commit", unit, steadyMs: 0 }));
      if (unit.ops.some(({ op }) => op === "session.delete" || op === "bot.delete")) windows.clear();
      return committed;
    },
    claim: async (worker, max, at, signal) => {
      for (let time = at; ; time = later(at, msToIso(clock.now()))) {
        const wakes = state.wakes;
        const claims = await claimOnce({ worker, max, at: time });
        if (claims.length > 0 || signal === undefined || signal.aborted || state.isClosed) return claims;
        // What woke it during the claim may not have been seen by it.
        if (state.wakes === wakes && !(await nextWake(listeners.wake, signal))) return [];
      }
    },
    beat: async (claims, at) => {
      const { result } = await beats.write({ type: "beat", tokens: claims.map(claimToToken), at, steadyMs: 0 });
      return toBeat(claims, result.beat ?? { lost: [], cancelled: [] });
    },
    commitTurn: async (claim, unit) => {
      const applied = await units.write({ type: "turn", token: claimToToken(claim), unit, steadyMs: 0 });
      return applied.result.fenced ? { state: "fenced" } : { state: "ok", committed: toCommitted(applied) };
    },
    onWake: (listener) => subscribe(listeners.wake, listener),
    onEvents: (listener) => subscribe(listeners.events, listener),
    onGap: (listener) => subscribe(listeners.gap, listener),
    read: {
      ...queries,
      ...searchQueries({
        source: reader,
        search: { find: (request) => findEntries(reader.send, request) },
        session: queries.session,
      }),
    },
    [Symbol.asyncDispose]: async () => {
      state.isClosed = true;
      wake();
      await closing.disposeAsync();
    },
  };
}

const startState = `select value, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms
  from counters where name = 'event'`;

type ClaimParts = Pick<Extract<WriteRequest, { readonly type: "claim" }>, "worker" | "max" | "at">;

/** Resolves to false when the signal aborts. */
function nextWake(wakes: Set<() => void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isWake: boolean) => {
      wakes.delete(onWake);
      signal.removeEventListener("abort", onAbort);
      resolve(isWake);
    };
    const onWake = () => end(true);
    const onAbort = () => end(false);
    wakes.add(onWake);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function later(one: IsoTime, other: IsoTime): IsoTime {
  return one > other ? one : other;
}

function toCommitted({ result, events }: Applied): Committed {
  let parsed: readonly Event[] | null = null;
  return {
    seq: result.seq,
    existing: result.existing,
    known: result.known,
    presence: result.presence,
    get events() {
      parsed ??= events.map((text) => JSON.parse(text) as Event);
      return parsed;
    },
  };
}
