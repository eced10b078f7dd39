/**
 * Keeps the newest events once for all clients, serialised once. It has every event after `floor`, so a client whose
 * position is at or past it needs no read of the store. Bounded in count and in size: the oldest are dropped (SY3).
 */
import { shownAddress } from "@reef/engine/gateway/address";
import type { Event } from "@reef/protocol/event";

export interface FramedEvent {
  readonly seq: number;
  readonly type: Event["type"];
  /** The event as JSON. */
  readonly json: string;
}

/** What goes to many clients in one go, converted to each form of bytes once. */
export interface Batch<Item> {
  readonly items: readonly Item[];
  /** Returns the result of `make` for the items, computed once for each `form`. */
  as(form: string, make: (items: readonly Item[]) => Uint8Array): Uint8Array;
}

/** Consecutive events. */
export interface EventBatch extends Batch<FramedEvent> {
  readonly last: number;
}

export interface EventRing {
  readonly floor: number;
  /** The newest event known, kept or not. */
  readonly last: number;
  push(event: FramedEvent): void;
  /** Forgets everything up to `seq` without having held it, for when there are no clients. */
  skipTo(seq: number): void;
  /** Returns the first event after `seq`; undefined when there is none yet. Only for `seq` at or past `floor`. */
  next(seq: number): FramedEvent | undefined;
  /**
   * Returns the events after `seq`, at most as many as a client gets in one go; undefined when there are none yet.
   * Clients at the same position share it.
   */
  batch(seq: number): EventBatch | undefined;
}

export interface RingLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** Slots of dropped events are freed this many at a time. */
const compactAt = 1024;
/** What a client gets before it is checked again. */
const batchBytes = 256 * 1024;

export function makeBatch<Item>(items: readonly Item[]): Batch<Item> {
  const forms = new Map<string, Uint8Array>();
  return {
    items,
    as(form, make) {
      const known = forms.get(form);
      if (known !== undefined) return known;
      const made = make(items);
      forms.set(form, made);
      return made;
    },
  };
}

export function makeEventBatch(events: readonly FramedEvent[]): EventBatch {
  return { ...makeBatch(events), last: events.at(-1)?.seq ?? 0 };
}

export function frameEvent(event: Event): FramedEvent {
  return { seq: event.seq, type: event.type, json: JSON.stringify(asShown(event)) };
}

/** An address may contain a password, from the settings or an older version. */
function asShown(event: Event): Event {
  if (event.type !== "gateway.changed") return event;
  return { ...event, gateway: { ...event.gateway, url: shownAddress(event.gateway.url) } };
}

export function createEventRing(last: number, limits: RingLimits): EventRing {
  let events: FramedEvent[] = [];
  let head = 0;
  let bytes = 0;
  let floor = last;
  let newest = last;
  /** By the position before it; valid as long as nothing is added. */
  const batches = new Map<number, EventBatch>();

  /** Returns the index of the first event after `seq`. */
  function placeAfter(seq: number): number {
    let low = head;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function dropOldest(): void {
    const oldest = events[head];
    if (oldest === undefined) return;
    floor = oldest.seq;
    bytes -= oldest.json.length;
    head++;
    if (head < compactAt) return;
    events = events.slice(head);
    head = 0;
  }

  return {
    get floor() {
      return floor;
    },
    get last() {
      return newest;
    },
    push(event) {
      batches.clear();
      events.push(event);
      bytes += event.json.length;
      newest = event.seq;
      while (events.length - head > limits.maxEvents || bytes > limits.maxBytes) dropOldest();
    },
    skipTo(seq) {
      batches.clear();
      events = [];
      head = 0;
      bytes = 0;
      floor = seq;
      newest = seq;
    },
    next: (seq) => events[placeAfter(seq)],
    batch(seq) {
      const known = batches.get(seq);
      if (known !== undefined) return known;
      const from = placeAfter(seq);
      let to = from;
      for (let size = 0; to < events.length && size < batchBytes; to += 1) size += events[to]?.json.length ?? 0;
      if (to === from) return undefined;
      const batch = makeEventBatch(events.slice(from, to));
      batches.set(seq, batch);
      return batch;
    },
  };
}
