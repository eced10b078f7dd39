/**
 * Sends every commit's events, and live text, to every client. Nothing is buffered for a client: it holds a position,
 * and reads on from the shared ring, or from the store when it is older (SY2). A client that cannot keep up stays where
 * it is; when the ring has gone past it, it is reset to the newest event (SY3). Live text goes only to clients that are
 * up to date, because its offsets mean nothing beside older events (TU8).
 */
import type { LiveFrame, LiveSink } from "@reef/engine/live/live-text";
import type { Store } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import type { ServerFrame } from "@reef/protocol/socket";
import {
  type Batch,
  createEventRing,
  type EventBatch,
  frameEvent,
  makeBatch,
  makeEventBatch,
  type RingLimits,
} from "./event-ring.ts";
import { createLiveFrames } from "./live-frames.ts";

/** Receives one client's frames. None of these may throw. */
export interface Sink {
  welcome(seq: number): void;
  events(batch: EventBatch): void;
  /** Sends live text, and phases, each as JSON. */
  live(batch: Batch<string>): void;
  notice(json: string): void;
  reset(seq: number, reason: string): void;
  /** When true, nothing more may be sent now; the owner calls `pump` when it has drained. */
  isCongested(): boolean;
  /** Called when the hub can no longer serve this client. */
  end(reason: string): void;
}

export interface JoinOptions {
  /** Resume after this event; -1 means from now on. */
  readonly after: number;
  /** A client further behind than this is reset instead of getting every event. */
  readonly maxReplay?: number;
  /** The client it belongs to: one that opens too many loses its oldest. */
  readonly client?: string;
}

export interface Member {
  /** Continues sending; call it when the client has drained. */
  pump(): void;
  leave(): void;
}

/** News that is not state of the store: sent to those connected at that moment, and not repeated. */
export type HubNotice = Extract<ServerFrame, { readonly type: "gateway" | "progress" }>;

export interface Hub extends LiveSink, Disposable {
  tell(notice: HubNotice): void;
  join(sink: Sink, options: JoinOptions): Member;
  /** Ends everything that this client has open. */
  dismissClient(client: string, reason: string): void;
  counts(): { readonly clients: number; readonly resets: number };
}

export interface HubOptions {
  readonly store: Store;
  readonly log: { error(facts: object, message: string): void };
  readonly ring?: RingLimits;
  /** How long live text gathers before it is sent, in milliseconds. */
  readonly flushMs?: number;
  readonly onEvents?: (events: readonly Event[]) => void;
  /** Streams and sockets that one client may have open. */
  readonly maxOfClient?: number;
}

interface Seat {
  readonly sink: Sink;
  readonly client: string | undefined;
  readonly maxReplay: number;
  cursor: number;
  /** True while the store is read, or the first position is looked up. */
  isBusy: boolean;
  /** True once it has reached the ring: from then on, falling out of it means a reset. */
  hasArrived: boolean;
  /** True when it has the current live texts. */
  hasLiveText: boolean;
  hasLeft: boolean;
  /** Since when it has read nothing, by the machine's steady clock; null when it reads. */
  stuckSinceMs: number | null;
}

const defaultRing: RingLimits = { maxEvents: 8192, maxBytes: 4 * 2 ** 20 };
const pageSize = 500;
/** From this many clients on they are served in pieces. */
const crowd = 64;
const pieceMs = 3;
/** How many times as long as a piece took the loop is left to others. */
const restFactor = 3;
/** A client that reads nothing for this long has vanished, or holds memory for nothing. */
const stuckMs = 60_000;
const longestRestMs = 100;
/** Live text for a crowd is sent in larger pieces. */
const flushMsOfSeat = 0.25;
const maxOfClientDefault = 1_024;

/** Listens to the store from now on; dispose it before the store. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { store, log, flushMs = 40, maxOfClient = maxOfClientDefault } = options;
  const ring = createEventRing((await store.read.eventBounds()).last, options.ring ?? defaultRing);
  const live = createLiveFrames();
  const seats = new Set<Seat>();
  let resets = 0;
  let flushTimer: NodeJS.Timeout | undefined;
  let restTimer: NodeJS.Timeout | undefined;
  let isServing = false;
  let isOwed = false;

  const unsubscribe = store.onEvents((events) => {
    options.onEvents?.(events);
    for (const event of events) live.settle(event);
    const last = events.at(-1);
    if (seats.size === 0 && last !== undefined) return ring.skipTo(last.seq);
    for (const event of events) ring.push(frameEvent(event));
    pumpAll();
  });

  // What is missing cannot be sent: everybody here reads again (SY2).
  const stopGaps = store.onGap((seq) => {
    ring.skipTo(seq);
    pumpAll();
  });

  /** Serves a crowd piece by piece: clients served late get more in one go, and requests have most of the time. */
  function pumpAll(): void {
    if (isServing) {
      isOwed = true;
    } else if (seats.size < crowd) {
      for (const seat of seats) pump(seat);
    } else {
      isServing = true;
      servePiece([...seats].values());
    }
  }

  function servePiece(waiting: Iterator<Seat>): void {
    const startedMs = performance.now();
    let next = waiting.next();
    while (next.done !== true) {
      pump(next.value);
      if (performance.now() - startedMs > pieceMs) break;
      next = waiting.next();
    }
    const goOn = () => {
      if (next.done !== true) return servePiece(waiting);
      isServing = false;
      if (isOwed) {
        isOwed = false;
        pumpAll();
      }
    };
    // Written data is sent before the next turn of the loop, and counts as well.
    setImmediate(() => {
      restTimer = setTimeout(goOn, Math.min(longestRestMs, restFactor * (performance.now() - startedMs)));
    });
  }

  function pump(seat: Seat): void {
    while (!seat.isBusy && !seat.hasLeft) {
      if (seat.sink.isCongested()) {
        seat.hasLiveText = false;
        seat.stuckSinceMs ??= performance.now();
        if (performance.now() - seat.stuckSinceMs > stuckMs) dismiss(seat, "the client has read nothing for a minute");
        return;
      }
      seat.stuckSinceMs = null;
      if (seat.cursor < ring.floor && seat.hasArrived) {
        reset(seat, "the client did not keep up");
      } else if (seat.cursor < ring.floor) {
        seat.isBusy = true;
        void replay(seat);
      } else {
        const batch = ring.batch(seat.cursor);
        if (batch === undefined) {
          arrive(seat);
          return;
        }
        // First, because a stream that is being read asks for more while it gets this.
        seat.cursor = batch.last;
        seat.sink.events(batch);
      }
    }
  }

  /** Marks the seat as up to date. One that read ahead of the ring waits for it: live text follows the ring. */
  function arrive(seat: Seat): void {
    if (seat.cursor > ring.last) return;
    seat.hasArrived = true;
    if (seat.hasLiveText) return;
    sendLive(seat, makeBatch(live.snapshot().map((frame) => JSON.stringify(frame))));
    seat.hasLiveText = true;
  }

  function reset(seat: Seat, reason: string): void {
    resets++;
    seat.cursor = ring.last;
    seat.hasLiveText = false;
    seat.sink.reset(seat.cursor, reason);
  }

  async function replay(seat: Seat): Promise<void> {
    try {
      const events = await store.read.events(seat.cursor, pageSize);
      const { first } = await store.read.eventBounds();
      if (seat.hasLeft) return;
      if (seat.cursor + 1 < first) {
        reset(seat, "the events asked for are no longer kept");
      } else {
        if (events.length > 0) seat.sink.events(makeEventBatch(events.map(frameEvent)));
        seat.cursor = events.at(-1)?.seq ?? Math.max(seat.cursor, ring.floor);
      }
      seat.isBusy = false;
      pump(seat);
    } catch (error) {
      fail(seat, error);
    }
  }

  async function start(seat: Seat, after: number): Promise<void> {
    try {
      const bounds = await store.read.eventBounds();
      if (seat.hasLeft) return;
      const newest = Math.max(bounds.last, ring.last);
      seat.cursor = after < 0 ? ring.last : after;
      seat.sink.welcome(newest);
      if (after > newest) reset(seat, "the position is newer than anything in this store");
      else if (newest - seat.cursor > seat.maxReplay) reset(seat, "too many events were missed");
      seat.isBusy = false;
      pump(seat);
    } catch (error) {
      fail(seat, error);
    }
  }

  function fail(seat: Seat, error: unknown): void {
    log.error({ error }, "events could not be read for a client");
    dismiss(seat, "events cannot be read");
  }

  function dismiss(seat: Seat, reason: string): void {
    leave(seat);
    seat.sink.end(reason);
  }

  /** Ends the oldest one: most likely no one looks at it any more. */
  function makeRoom(client: string | undefined): void {
    if (client === undefined) return;
    const own = [...seats].filter((seat) => seat.client === client);
    for (const seat of own.slice(0, Math.max(0, own.length - maxOfClient + 1))) {
      dismiss(seat, `this client has more than ${maxOfClient} open streams; its oldest was closed`);
    }
  }

  function leave(seat: Seat): void {
    seat.hasLeft = true;
    seats.delete(seat);
  }

  function flush(): void {
    flushTimer = undefined;
    const batch = makeBatch(live.flush().map((frame) => JSON.stringify(frame)));
    for (const seat of seats) {
      if (!seat.hasLiveText) continue;
      if (seat.sink.isCongested()) seat.hasLiveText = false;
      else sendLive(seat, batch);
    }
  }

  function sendLive(seat: Seat, batch: Batch<string>): void {
    if (batch.items.length > 0) seat.sink.live(batch);
  }

  return {
    publish(frame: LiveFrame) {
      if (live.add(frame)) flushTimer ??= setTimeout(flush, Math.max(flushMs, seats.size * flushMsOfSeat));
    },
    tell(notice) {
      const json = JSON.stringify(notice);
      for (const seat of seats) if (seat.hasArrived && !seat.sink.isCongested()) seat.sink.notice(json);
    },
    join(sink, { after, maxReplay = Number.POSITIVE_INFINITY, client }) {
      makeRoom(client);
      const seat: Seat = {
        sink,
        client,
        maxReplay,
        cursor: 0,
        isBusy: true,
        hasArrived: false,
        hasLiveText: false,
        hasLeft: false,
        stuckSinceMs: null,
      };
      seats.add(seat);
      void start(seat, after);
      // A member of a crowd that had not been stopped is served in its turn.
      const goOn = () => (seats.size < crowd || seat.stuckSinceMs !== null) && pump(seat);
      return { pump: goOn, leave: () => leave(seat) };
    },
    dismissClient(client, reason) {
      for (const seat of [...seats]) if (seat.client === client) dismiss(seat, reason);
    },
    counts: () => ({ clients: seats.size, resets }),
    [Symbol.dispose]() {
      unsubscribe();
      stopGaps();
      clearTimeout(flushTimer);
      clearTimeout(restTimer);
      for (const seat of seats) {
        leave(seat);
        seat.sink.end("the server is stopping");
      }
    },
  };
}
