/**
 * Follows the events of each worker through all faults, as a console does. A follower resumes where it was, and each
 * number must be the next one (SY1, SY2).
 */
import type { WebSocketLike } from "@reef/client/socket";
import { connectSocket } from "@reef/client/socket";
import type { Event } from "@reef/protocol/event";
import type { MessageId } from "@reef/protocol/ids";
import WebSocket from "ws";

export interface Follower extends Disposable {
  readonly gaps: readonly string[];
  readonly resets: number;
  readonly events: number;
  readonly lastSeq: number;
  /** Of messages of people, as the events said. */
  settledCount(): number;
}

export function followWorkers(
  workers: readonly { readonly name: string; readonly url: string }[],
  { token, after }: { readonly token: string; readonly after: number },
): Follower {
  const settled = new Set<MessageId>();
  const gaps: string[] = [];
  const counts = { resets: 0, events: 0, lastSeq: after, unseen: 0 };
  const sockets = workers.map(({ name, url }) => {
    let last = after;
    const onEvent = (event: Event) => {
      if (event.seq !== last + 1) gaps.push(`${name}: event ${event.seq} came after ${last}`);
      last = event.seq;
      if (event.seq > counts.lastSeq) {
        counts.lastSeq = event.seq;
        counts.events += 1;
      }
      if (event.type !== "message.changed" || event.message.from.kind !== "person") return;
      if (["answered", "dead", "cancelled"].includes(event.message.state)) settled.add(event.message.id);
    };
    return connectSocket({
      baseUrl: url,
      after,
      webSocket: (address) =>
        new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }) as unknown as WebSocketLike,
      onEvent,
      onReset: ({ seq }) => {
        counts.resets += 1;
        // What settled between is not known: senders must not wait for it.
        counts.unseen += 200;
        last = seq;
      },
    });
  });
  return {
    gaps,
    get resets() {
      return counts.resets;
    },
    get events() {
      return counts.events;
    },
    get lastSeq() {
      return counts.lastSeq;
    },
    settledCount: () => settled.size + counts.unseen,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.close();
    },
  };
}
