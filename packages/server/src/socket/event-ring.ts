/**
 * The newest events, kept once for all clients and serialised once. Every event after `floor` is in here, so a client
 * whose position is at or past it needs no read of the store. Bounded in count and in size: old ones fall out (SY3).
 */
import { shownAddress } from "@reef/engine/gateway/address";
import type { Event } from "@reef/protocol/event";

export interface FramedEvent {
  readonly seq: number;
  readonly type: Event["type"];
  /** The event as JSON. */
  readonly json: string;
}

/** Events in a row, put into one form of bytes once, however many clients are sent them. */
export interface EventBatch {
  readonly events: readonly FramedEvent[];
  readonly last: number;
  /** What `make` makes of the events; made once for each `form`. */
  as(form: string, make: (events: readonly FramedEvent[]) => Uint8Array): Uint8Array;
}

export interface EventRing {
  readonly floor: number;
  /** The newest event known, kept or not. */
  readonly last: number;
  push(event: FramedEvent): void;
  /** Forgets everything up to `seq` without having held it, for when nobody listens. */
  skipTo(seq: number): void;
  /** The first event after `seq`; undefined when there is none yet. Only for `seq` at or past `floor`. */
  next(seq: number): FramedEvent | undefined;
  /** The events after `seq`, no more than a client is given at once; undefined when there are none yet. Clients that are equally far share it. */
  batch(seq: number): EventBatch | undefined;
}

export interface RingLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** Slots of dropped events are given back this many at a time. */
const compactAt = 1024;
/** What a client is given before it is looked at again. */
const batchBytes = 256 * 1024;

export function makeBatch(events: readonly FramedEvent[]): EventBatch {
  const forms = new Map<string, Uint8Array>();
  return {
    events,
    last: events.at(-1)?.seq ?? 0,
    as(form, make) {
      const known = forms.get(form);
      if (known !== undefined) return known;
      const made = make(events);
      forms.set(form, made);
      return made;
    },
  };
}

export function frameEvent(event: Event): FramedEvent {
  return { seq: event.seq, type: event.type, json: JSON.stringify(asShown(event)) };
}

/** An address may carry a password: one of the settings, or an old one. */
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
  /** By the position before it; for as long as nothing is added. */
  const batches = new Map<number, EventBatch>();

  /** Where the first event after `seq` is. */
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
      const batch = makeBatch(events.slice(from, to));
      batches.set(seq, batch);
      return batch;
    },
  };
}
