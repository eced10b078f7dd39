/**
 * Sends reads ahead on one connection, so that they are answered in the order in which they were asked, as on SQLite:
 * messages sent one after the other are accepted in that order, though each is looked up first. A lost connection is
 * replaced, and what was asked on it is asked again.
 */
import { isConnectionLost, isOfPooler } from "./failure.ts";
import type { Link, Naming } from "./link.ts";
import type { Query } from "./prepared.ts";

export interface ReadLink {
  send<Row>(query: Query): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const triesMax = 3;
/** A connection that answers nothing for this long is dead. */
const silentMs = 60_000;
const watchMs = 10_000;

export function openReadLink(connect: () => Promise<Link>, naming: Naming): ReadLink {
  let opening: Promise<Link> | null = null;
  let isClosed = false;
  const state = { pending: 0, answeredMs: 0 };

  const opened = (): Promise<Link> => {
    opening ??= connect().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  const forget = async (link: Link) => {
    if (opening !== null && (await opening.catch(() => null)) === link) opening = null;
  };
  const watch = setInterval(() => {
    if (state.pending === 0 || performance.now() - state.answeredMs < silentMs) return;
    opening?.then((link) => link.destroy()).catch(() => undefined);
  }, watchMs);
  watch.unref();

  return {
    async send<Row>(query: Query) {
      for (let tries = 1; ; tries++) {
        const link = await opened();
        if (state.pending === 0) state.answeredMs = performance.now();
        state.pending += 1;
        try {
          return await link.send<Row>(query);
        } catch (error) {
          if (isOfPooler(error)) naming.isAllowed = false;
          if (isConnectionLost(error)) await forget(link);
          const mayRepeat = (isOfPooler(error) || isConnectionLost(error)) && tries < triesMax && !isClosed;
          if (!mayRepeat) throw error;
        } finally {
          state.pending -= 1;
          state.answeredMs = performance.now();
        }
      }
    },
    async close() {
      isClosed = true;
      clearInterval(watch);
      const link = await opening?.catch(() => null);
      await link?.close();
    },
  };
}
