/**
 * SY1, SY2: hands out the events of all workers, each once and in the order of their numbers. Events of this worker's
 * own commits are at hand; those of others are read. Numbers become visible in their order, so what was read up to a
 * number is complete. Events may be deleted before a worker that slept has read them: then it says so, once.
 */
import type { Event } from "@reef/protocol/event";

/** Texts of events as they were stored, in order from `firstSeq`. */
export interface OwnEvents {
  readonly firstSeq: number;
  readonly texts: readonly string[];
}

export interface Feed {
  /** Resolves when these and all before them were handed out. */
  takeOwn(own: OwnEvents): Promise<void>;
  /** Reads what others committed; returns how many events that were. */
  catchUp(): Promise<number>;
  lastSeq(): number;
}

export interface FeedParts {
  readonly startSeq: number;
  readonly read: (after: number, limit: number) => Promise<readonly Event[]>;
  readonly onEvents: (events: readonly Event[], isForeign: boolean) => void;
  /** Called with the number of the last event that is gone, before the events after it. */
  readonly onGap: (seq: number) => void;
  /** Parsing is skipped if no one listens. */
  readonly hasListeners: () => boolean;
}

const readMax = 1_000;

export function openFeed({ startSeq, read, onEvents, onGap, hasListeners }: FeedParts): Feed {
  let last = startSeq;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const result = queue.then(act);
    queue = result.catch(() => undefined);
    return result;
  };
  const readOn = async (): Promise<number> => {
    for (let count = 0; ; ) {
      const events = await read(last, readMax);
      const newest = events.at(-1);
      if (newest === undefined) return count;
      const first = events[0]?.seq ?? last + 1;
      if (first > last + 1) onGap(first - 1);
      last = newest.seq;
      count += events.length;
      onEvents(events, true);
      if (events.length < readMax) return count;
    }
  };
  return {
    lastSeq: () => last,
    catchUp: () => inTurn(readOn),
    takeOwn: ({ firstSeq, texts }) =>
      inTurn(async () => {
        const end = firstSeq + texts.length - 1;
        if (texts.length === 0 || end <= last) return;
        if (firstSeq !== last + 1) return void (await readOn());
        last = end;
        if (hasListeners())
          onEvents(
            texts.map((text) => JSON.parse(text) as Event),
            false,
          );
      }),
  };
}
