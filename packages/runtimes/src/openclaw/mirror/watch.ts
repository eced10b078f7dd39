/**
 * Watches one gateway. Its events are only hints: whatever they say of a transcript, the rows are read from the gateway
 * and copied in order, one read at a time for each session and a few in parallel.
 */
import { sessionOfKey } from "@reef/engine/gateway/adopt";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { AppError } from "@reef/protocol/error";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { type GatewayConnection, GatewayError, type GatewayEvent } from "../connection.ts";
import { openAgreements } from "./agreements.ts";
import { createCarry } from "./carry.ts";
import { createHints } from "./hints.ts";
import type { MirrorLog } from "./mirror-log.ts";
import { turnIdOfEvent } from "./own-run.ts";
import { openPositions } from "./positions.ts";
import { createRoster, type Roster } from "./roster.ts";
import { type TakenOver, takeOver } from "./take-over.ts";

export interface WatchParts {
  readonly connection: GatewayConnection;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: MirrorLog;
  readonly folder: string | null;
  readonly onHint: (key: string | null) => void;
}

export interface Adoption {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface GatewayWatch extends AsyncDisposable {
  readonly connection: GatewayConnection;
  /**
   * Resolves once it is connected and has been read; rejects with `unavailable` and the reason when that takes too
   * long.
   */
  roster(): Promise<Roster>;
  /** Null while unknown. */
  counts(): { readonly agents: number | null; readonly sessions: number | null };
  /** Reads its agents again. */
  readAgents(signal: AbortSignal): Promise<void>;
  /** Copies the transcript of a session, marked as read. Rejects with a `GatewayError` or the signal's reason. */
  adopt(session: Session, key: string, adoption: Adoption): Promise<TakenOver>;
  /** Checks rows again that waited for the end of a turn of this session. */
  turnEnded(sessionId: SessionId): void;
  /** Called when its name, pin, archive or read mark may have to be carried over. */
  sessionChanged(session: Session): void;
}

/** Transcripts that are read in parallel. */
const readers = 4;
/** Events of our own runs in one session after which its transcript is read anyway. */
const maxLag = 200;
/** Pause before a failed read is tried again, in milliseconds. */
const retryMs = 5_000;
/** How long a request waits for a gateway that has just been reached. */
const patienceMs = 15_000;

export function createWatch(parts: WatchParts): GatewayWatch {
  const { connection, store, clock, log } = parts;
  const ended = new AbortController();
  const roster = createRoster(connection);
  const hints = createHints(parts.onHint);
  const positions = openPositions(parts.folder, connection.id);
  const agreements = openAgreements(parts.folder, connection.id);
  const carry = createCarry({ ...parts, agreements, roster });
  const loaded = { now: Promise.withResolvers<void>() };
  loaded.now.promise.catch(() => undefined);
  /** One chain for each key: reads of one transcript never overlap. */
  const chains = new Map<string, Promise<unknown>>();
  const waiting = new Set<string>();
  const held = new Map<SessionId, string>();
  const lag = new Map<string, number>();
  const queue: string[] = [];
  let reading = 0;
  let connected = new AbortController();

  function inTurn<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const next = (chains.get(key) ?? Promise.resolve()).then(work, work);
    chains.set(key, next);
    const leave = () => {
      if (chains.get(key) === next) chains.delete(key);
    };
    next.then(leave, leave);
    return next;
  }

  async function bring(
    key: string,
    session: Session,
    options: { readonly signal: AbortSignal; readonly adoption?: Adoption },
  ): Promise<TakenOver> {
    const { signal, adoption } = options;
    const mirror = { gatewayId: connection.id, key };
    const taken = await takeOver({
      store,
      clock,
      connection,
      positions: await positions,
      mirror,
      session,
      signal,
      asRead: adoption !== undefined,
      onProgress: adoption?.onProgress,
    });
    if (taken.isHeld) held.set(session.id, key);
    else held.delete(session.id);
    return taken;
  }

  /** A key requested again while it waits is read once. */
  function look(key: string): void {
    if (waiting.has(key)) return;
    waiting.add(key);
    queue.push(key);
    pump();
  }

  function pump(): void {
    while (reading < readers && queue.length > 0 && !ended.signal.aborted) {
      const key = queue.shift() as string;
      reading += 1;
      const { signal } = connected;
      void inTurn(key, async () => {
        // From here on a new event means another read.
        waiting.delete(key);
        const session = await sessionOfKey({ store }, { gatewayId: connection.id, key });
        if (session !== null) await bring(key, session, { signal });
      })
        .catch((error: unknown) => failed(key, error, signal))
        .finally(() => {
          reading -= 1;
          pump();
        });
    }
  }

  async function failed(key: string, error: unknown, signal: AbortSignal): Promise<void> {
    // After the next connect everything is read again; a session deleted in between has nothing to bring.
    if (signal.aborted || (error instanceof GatewayError && error.code === "disconnected")) return;
    if (error instanceof AppError && error.code === "not_found") return;
    log.warn({ gateway: connection.id, error }, "a transcript of a gateway could not be copied; Reef will try again");
    await clock.sleep(retryMs, signal);
    if (!signal.aborted) look(key);
  }

  async function begin(): Promise<void> {
    const { signal } = connected;
    try {
      await connection.request("sessions.subscribe", {}, { signal });
      await roster.load(signal);
      loaded.now.resolve();
      parts.onHint(null);
      const rows = roster.sessions().toSorted((a, b) => ((a.updatedAt ?? "") < (b.updatedAt ?? "") ? 1 : -1));
      for (const { key } of rows) {
        look(key);
        carry.changedThere(key, false);
      }
    } catch (error) {
      if (signal.aborted || (error instanceof GatewayError && error.code === "disconnected")) return;
      log.warn({ gateway: connection.id, error }, "what a gateway has could not be read; Reef will try again");
      await clock.sleep(retryMs, signal);
      if (!signal.aborted) await begin();
    }
  }

  function lost(): void {
    connected.abort(new GatewayError("disconnected", "the connection to the gateway broke"));
    connected = new AbortController();
    queue.length = 0;
    waiting.clear();
    lag.clear();
    roster.clear();
    carry.forget();
    loaded.now = Promise.withResolvers();
    loaded.now.promise.catch(() => undefined);
    parts.onHint(null);
  }

  function take(event: GatewayEvent): void {
    if (event.event === "config.changed") {
      void readAgents(connected.signal).catch(() => undefined);
      return;
    }
    const key = roster.take(event);
    if (key === null) return;
    hints.add(key);
    if (event.event === "sessions.changed" && roster.isLoaded) carry.changedThere(key, isSet(event));
    const turnId = turnIdOfEvent(event);
    if (turnId === null) look(key);
    else void keepUp(key, turnId).catch(() => undefined);
  }

  /**
   * The turn that started it commits it; one that ended here without an answer does not, and some rows a turn never
   * sees.
   */
  async function keepUp(key: string, turnId: TurnId): Promise<void> {
    const skipped = ((lag.get(key) ?? 0) + 1) % maxLag;
    lag.set(key, skipped);
    const state = (await store.read.turn(turnId))?.state;
    if (skipped === 0 || state === undefined || state === "failed" || state === "cancelled") look(key);
  }

  async function readAgents(signal: AbortSignal): Promise<void> {
    await roster.loadAgents(signal);
    parts.onHint(null);
  }

  const unsubscribe = [connection.onEvent(take), connection.onLost(lost), connection.onReady(() => void begin())];
  if (["ready", "read_only"].includes(connection.status().state)) void begin();

  return {
    connection,
    readAgents,
    async roster() {
      if (roster.isLoaded) return roster;
      const { state, reason } = connection.status();
      const patience = new AbortController();
      const isSoon = state === "ready" || state === "read_only";
      const wait = isSoon ? clock.sleep(patienceMs, patience.signal) : Promise.resolve();
      await Promise.race([loaded.now.promise, wait]).finally(() => patience.abort());
      if (roster.isLoaded) return roster;
      const why = isSoon ? "it has just been reached and is still being read" : (reason ?? state.replace("_", " "));
      throw new AppError("unavailable", `what the gateway has cannot be read now: ${why}`);
    },
    counts: () =>
      roster.isLoaded
        ? { agents: roster.agents().length, sessions: roster.sessions().length }
        : { agents: null, sessions: null },
    adopt(session, key, adoption) {
      const signal = AbortSignal.any([adoption.signal, ended.signal]);
      return inTurn(key, () => bring(key, session, { signal, adoption }));
    },
    turnEnded(sessionId) {
      const key = held.get(sessionId);
      if (key !== undefined) look(key);
    },
    sessionChanged: carry.changedHere,
    async [Symbol.asyncDispose]() {
      ended.abort(new GatewayError("disconnected", "stopped"));
      connected.abort(new GatewayError("disconnected", "stopped"));
      for (const stop of unsubscribe) stop();
      hints[Symbol.dispose]();
      await Promise.allSettled(chains.values());
      await carry.settled();
      await (await positions)[Symbol.asyncDispose]();
      await (await agreements)[Symbol.asyncDispose]();
    },
  };
}

/** True when someone changed the session itself, as opposed to what its runs change. */
function isSet({ payload }: GatewayEvent): boolean {
  return typeof payload === "object" && payload !== null && "reason" in payload && payload.reason === "patch";
}
