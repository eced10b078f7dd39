/**
 * Live text is not state: what a running step has said so far, for people who watch. Every delta carries its offset,
 * and a client that comes late gets the text so far, so that nothing is lost or doubled (TU8).
 */
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Delta } from "@reef/protocol/socket";

export interface LiveSink {
  /** Must not block or throw. */
  publish(delta: Delta): void;
}

interface Stream {
  readonly sessionId: SessionId;
  readonly step: number;
  readonly text: string;
}

export interface LiveText {
  append(at: { readonly sessionId: SessionId; readonly turnId: TurnId; readonly step: number }, text: string): void;
  /** The step is tried again: what was shown of it is void. */
  restart(turnId: TurnId): void;
  /** The step is committed or given up. */
  drop(turnId: TurnId): void;
  /** What the step has said so far. */
  text(turnId: TurnId): string;
  /** One delta from offset 0 for each running step. */
  snapshot(): readonly Delta[];
}

export function createLiveText(sink: LiveSink): LiveText {
  const streams = new Map<TurnId, Stream>();
  return {
    append({ sessionId, turnId, step }, text) {
      const stream = streams.get(turnId);
      const before = stream !== undefined && stream.step === step ? stream.text : "";
      streams.set(turnId, { sessionId, step, text: before + text });
      sink.publish({ type: "delta", sessionId, turnId, step, offset: before.length, text });
    },
    restart(turnId) {
      const stream = streams.get(turnId);
      if (stream === undefined) return;
      streams.delete(turnId);
      sink.publish({ type: "delta", sessionId: stream.sessionId, turnId, step: stream.step, offset: 0, text: "" });
    },
    drop(turnId) {
      streams.delete(turnId);
    },
    text(turnId) {
      return streams.get(turnId)?.text ?? "";
    },
    snapshot() {
      return [...streams].map(([turnId, { sessionId, step, text }]) => ({
        type: "delta" as const,
        sessionId,
        turnId,
        step,
        offset: 0,
        text,
      }));
    },
  };
}
