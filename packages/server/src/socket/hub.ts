/**
 * The hub: every commit's events, and live text, to every client. Nothing is buffered for a client: it holds a
 * position, and reads on from the shared ring, or from the store when it is older (SY2). A client that cannot keep
 * up stays where it is; when the ring has gone past it, it is reset to the newest event (SY3). Live text goes only to
 * clients that are up to date, because its offsets mean nothing beside older events (TU8).
 */
import type { LiveFrame, LiveSink } from "@reef/engine/live/live-text";
import type { Store } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import type { ServerFrame } from "@reef/protocol/socket";
import { createEventRing, type FramedEvent, frameEvent, type RingLimits } from "./event-ring.ts";
import { createLiveFrames } from "./live-frames.ts";

/** Where one client's frames go. None of these may throw. */
export interface Sink {
  welcome(seq: number): void;
  event(event: FramedEvent): void;
  /** Live text, and phases. */
  live(json: string): void;
  notice(json: string): void;
  reset(seq: number, reason: string): void;
  /** true: send nothing more now; the owner calls `pump` when it has drained. */
  isCongested(): boolean;
  /** The hub can serve this client no longer. */
  end(reason: string): void;
}

export interface JoinOptions {
  /** Resume after this event; -1 means from now on. */
  readonly after: number;
  /** A client further behind than this is reset instead of being sent everything. */
  readonly maxReplay?: number;
}

export interface Member {
  /** Goes on sending; call it when the client has drained. */
  pump(): void;
  leave(): void;
}

/** What is no state of the store: told to whoever listens at that moment, and not told again. */
export type Notice = Extract<ServerFrame, { readonly type: "gateway" | "progress" }>;

export interface Hub extends LiveSink, Disposable {
  tell(notice: Notice): void;
  join(sink: Sink, options: JoinOptions): Member;
  counts(): { readonly clients: number; readonly resets: number };
}

export interface HubOptions {
  readonly store: Store;
  readonly log: { error(facts: object, message: string): void };
  readonly ring?: RingLimits;
  /** How long live text gathers before it is sent, in milliseconds. */
  readonly flushMs?: number;
  readonly onEvents?: (events: readonly Event[]) => void;
}

interface Seat {
  readonly sink: Sink;
  readonly maxReplay: number;
  cursor: number;
  /** The store is being read, or the first position is being found. */
  isBusy: boolean;
  /** It has reached the ring once: from now on falling out of it means a reset. */
  hasArrived: boolean;
  /** It holds the live texts as they are. */
  hasLiveText: boolean;
  hasLeft: boolean;
}

const defaultRing: RingLimits = { maxEvents: 8192, maxBytes: 16 * 2 ** 20 };
const pageSize = 500;

/** Listens to the store from now on; dispose it before the store. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { store, log, flushMs = 40 } = options;
  const ring = createEventRing((await store.read.eventBounds()).last, options.ring ?? defaultRing);
  const live = createLiveFrames();
  const seats = new Set<Seat>();
  let resets = 0;
  let flushTimer: NodeJS.Timeout | undefined;

  const unsubscribe = store.onEvents((events) => {
    options.onEvents?.(events);
    for (const event of events) live.settle(event);
    const last = events.at(-1);
    if (seats.size === 0 && last !== undefined) return ring.skipTo(last.seq);
    for (const event of events) ring.push(frameEvent(event));
    for (const seat of seats) pump(seat);
  });

  function pump(seat: Seat): void {
    while (!seat.isBusy && !seat.hasLeft) {
      if (seat.sink.isCongested()) {
        seat.hasLiveText = false;
        return;
      }
      if (seat.cursor < ring.floor && seat.hasArrived) {
        reset(seat, "the client did not keep up");
      } else if (seat.cursor < ring.floor) {
        seat.isBusy = true;
        void replay(seat);
      } else {
        const event = ring.next(seat.cursor);
        if (event === undefined) {
          arrive(seat);
          return;
        }
        seat.sink.event(event);
        seat.cursor = event.seq;
      }
    }
  }

  /** The seat has everything there is. One that read ahead of the ring waits for it: live text follows the ring. */
  function arrive(seat: Seat): void {
    if (seat.cursor > ring.last) return;
    seat.hasArrived = true;
    if (seat.hasLiveText) return;
    for (const frame of live.snapshot()) seat.sink.live(JSON.stringify(frame));
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
        for (const event of events) seat.sink.event(frameEvent(event));
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
      if (after > newest) reset(seat, "the position lies in the future of this store");
      else if (newest - seat.cursor > seat.maxReplay) reset(seat, "too many events were missed");
      seat.isBusy = false;
      pump(seat);
    } catch (error) {
      fail(seat, error);
    }
  }

  function fail(seat: Seat, error: unknown): void {
    log.error({ error }, "events could not be read for a client");
    leave(seat);
    seat.sink.end("events cannot be read");
  }

  function leave(seat: Seat): void {
    seat.hasLeft = true;
    seats.delete(seat);
  }

  function flush(): void {
    flushTimer = undefined;
    for (const frame of live.flush()) {
      const json = JSON.stringify(frame);
      for (const seat of seats) {
        if (!seat.hasLiveText) continue;
        if (seat.sink.isCongested()) seat.hasLiveText = false;
        else seat.sink.live(json);
      }
    }
  }

  return {
    publish(frame: LiveFrame) {
      if (live.add(frame)) flushTimer ??= setTimeout(flush, flushMs);
    },
    tell(notice) {
      const json = JSON.stringify(notice);
      for (const seat of seats) if (seat.hasArrived && !seat.sink.isCongested()) seat.sink.notice(json);
    },
    join(sink, { after, maxReplay = Number.POSITIVE_INFINITY }) {
      const seat: Seat = {
        sink,
        maxReplay,
        cursor: 0,
        isBusy: true,
        hasArrived: false,
        hasLiveText: false,
        hasLeft: false,
      };
      seats.add(seat);
      void start(seat, after);
      return { pump: () => pump(seat), leave: () => leave(seat) };
    },
    counts: () => ({ clients: seats.size, resets }),
    [Symbol.dispose]() {
      unsubscribe();
      clearTimeout(flushTimer);
      for (const seat of seats) {
        leave(seat);
        seat.sink.end("the server is stopping");
      }
    },
  };
}
