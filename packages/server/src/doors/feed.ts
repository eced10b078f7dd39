/**
 * Passes a session's commits and live text on to the requests that wait for an answer in it. Both come in one order, as
 * the hub gets them, so an answer's text is complete when the commit that ends it arrives. Nothing is kept here.
 */
import type { LiveFrame, LiveSink } from "@reef/engine/live/live-text";
import type { Store, Unsubscribe } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import type { SessionId } from "@reef/protocol/ids";

export interface FeedListener {
  /** The session's events of one commit, in order. Contract: must not throw. */
  events(events: readonly Event[]): void;
  /** Contract: must not throw. */
  live(frame: LiveFrame): void;
}

export interface Feed extends LiveSink, Disposable {
  watch(sessionId: SessionId, listener: FeedListener): Unsubscribe;
}

export function openFeed(store: Pick<Store, "onEvents">): Feed {
  const listeners = new Map<SessionId, Set<FeedListener>>();
  const unsubscribe = store.onEvents((events) => {
    if (listeners.size === 0) return;
    const own = Map.groupBy(events, sessionIdOf);
    for (const [sessionId, ofSession] of own) {
      if (sessionId === null) continue;
      for (const listener of listeners.get(sessionId) ?? []) listener.events(ofSession);
    }
  });
  return {
    watch(sessionId, listener) {
      const watching = listeners.get(sessionId) ?? new Set();
      listeners.set(sessionId, watching.add(listener));
      return () => {
        watching.delete(listener);
        if (watching.size === 0 && listeners.get(sessionId) === watching) listeners.delete(sessionId);
      };
    },
    publish(frame) {
      for (const listener of listeners.get(frame.sessionId) ?? []) listener.live(frame);
    },
    [Symbol.dispose]: unsubscribe,
  };
}

function sessionIdOf(event: Event): SessionId | null {
  switch (event.type) {
    case "message.changed":
      return event.message.sessionId;
    case "entry.created":
      return event.entry.sessionId;
    case "turn.changed":
      return event.turn.sessionId;
    case "ask.changed":
      return event.ask.sessionId;
    case "session.deleted":
      return event.sessionId;
    default:
      return null;
  }
}
