/**
 * Tells the other workers that something was committed, and hears it from them. Events are looked for regularly in any
 * case: a notification only makes it sooner, since a pooler in between may deliver none. Nothing is notified inside a
 * transaction with data, and at most once in a while.
 */
import type { Link } from "./link.ts";
import { queryOf } from "./prepared.ts";

export interface Signals {
  tell(): void;
  close(): Promise<void>;
}

const channel = "reef_events";
const pollMs = 200;
const tellMs = 10;

export function openSignals({
  connect,
  onSignal,
}: {
  /** Null if notifications do not arrive: then events are looked for regularly, and that is all. */
  readonly connect: (() => Promise<Link>) | null;
  /** Must not be called again before it has ended. */
  readonly onSignal: () => Promise<void>;
}): Signals {
  let link: Link | null = null;
  let connecting: Promise<void> | null = null;
  let isLooking = false;
  let isAgain = false;
  let isClosed = false;
  let telling: NodeJS.Timeout | null = null;

  const look = async () => {
    isAgain = true;
    if (isLooking) return;
    isLooking = true;
    try {
      while (isAgain && !isClosed) {
        isAgain = false;
        // A database that is away is asked again at the next poll.
        await onSignal().catch(() => undefined);
      }
    } finally {
      isLooking = false;
    }
  };
  const reconnect = () => {
    if (connect === null || link?.isOpen() === true || connecting !== null || isClosed) return;
    connecting = (async () => {
      try {
        link = await connect();
        link.onNotice(() => void look());
        await link.run(`listen ${channel}`);
      } catch {
        link = null;
      }
      connecting = null;
    })();
  };
  reconnect();
  const poll = setInterval(() => {
    reconnect();
    void look();
  }, pollMs);
  poll.unref();
  return {
    tell() {
      if (connect === null || isClosed || telling !== null) return;
      telling = setTimeout(() => {
        telling = null;
        link?.send(queryOf("select pg_notify($1, '')", [channel])).catch(() => undefined);
      }, tellMs);
    },
    async close() {
      isClosed = true;
      clearInterval(poll);
      if (telling !== null) clearTimeout(telling);
      await connecting;
      await link?.close();
    },
  };
}
