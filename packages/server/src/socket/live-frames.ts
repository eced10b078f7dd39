/**
 * Live text on its way to the clients, one stream for each turn that writes. Many small deltas leave as few frames;
 * a client that comes late gets the text so far. Deltas and events pass through here in one order, so the text of a
 * step is gone at the moment its entry is there, and never shown beside it (TU8).
 */
import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Delta } from "@reef/protocol/socket";

export interface LiveFrames {
  /** true when there is now something to flush. */
  add(delta: Delta): boolean;
  /** Drops the texts that an event makes whole or void. */
  settle(event: Event): void;
  /** What was said since the last flush. */
  flush(): readonly Delta[];
  /** Everything said so far, from offset 0. What is not flushed yet comes again with the next flush, which changes nothing. */
  snapshot(): readonly Delta[];
}

interface Stream {
  readonly sessionId: SessionId;
  readonly step: number;
  text: string;
  /** Up to here the clients have it. */
  flushed: number;
  isDirty: boolean;
}

export function createLiveFrames(): LiveFrames {
  const streams = new Map<TurnId, Stream>();
  return {
    add({ sessionId, turnId, step, offset, text }) {
      let stream = streams.get(turnId);
      if (stream !== undefined && step < stream.step) return false;
      if (stream === undefined || step > stream.step) {
        stream = { sessionId, step, text: "", flushed: 0, isDirty: true };
        streams.set(turnId, stream);
      }
      stream.text = offset === stream.text.length ? stream.text + text : stream.text.slice(0, offset) + text;
      stream.flushed = Math.min(stream.flushed, offset);
      stream.isDirty = true;
      return true;
    },
    settle(event) {
      if (event.type === "turn.changed") {
        if (event.turn.state !== "running") streams.delete(event.turn.id);
        return;
      }
      if (event.type !== "entry.created" || event.entry.turnId === null) return;
      if (event.entry.kind === "bot" || event.entry.kind === "tool_call") streams.delete(event.entry.turnId);
    },
    flush() {
      const deltas: Delta[] = [];
      for (const [turnId, stream] of streams) {
        if (!stream.isDirty) continue;
        deltas.push(toDelta(turnId, stream, stream.flushed));
        stream.flushed = stream.text.length;
        stream.isDirty = false;
      }
      return deltas;
    },
    snapshot() {
      return [...streams].map(([turnId, stream]) => toDelta(turnId, stream, 0));
    },
  };
}

function toDelta(turnId: TurnId, { sessionId, step, text }: Stream, offset: number): Delta {
  return { type: "delta", sessionId, turnId, step, offset, text: text.slice(offset) };
}
