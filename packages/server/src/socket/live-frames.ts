/**
 * Merges live text on its way to the clients: one stream for each turn that writes, with its phase. Many small deltas
 * leave as few frames; a client that comes late gets the text so far. Frames and events pass through here in one order,
 * so the text of a step disappears in the moment its entry appears, and is never shown beside it (TU8).
 */
import type { LiveFrame } from "@reef/engine/live/live-text";
import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { CallReport, Delta, Phase } from "@reef/protocol/socket";

export interface LiveFrames {
  /** Returns true when there is something to flush. */
  add(frame: LiveFrame): boolean;
  /** Drops the texts that an event completes or invalidates. */
  settle(event: Event): void;
  /** Returns the text since the last flush. */
  flush(): readonly LiveFrame[];
  /**
   * Returns all text so far, from offset 0. Text not flushed yet comes again with the next flush, which changes
   * nothing.
   */
  snapshot(): readonly LiveFrame[];
}

interface Stream {
  readonly sessionId: SessionId;
  readonly step: number;
  phase: Phase | null;
  /** Null before the first delta. */
  text: string | null;
  /** The clients have the text up to here. */
  flushed: number;
  isTextDirty: boolean;
  isPhaseDirty: boolean;
}

export function createLiveFrames(): LiveFrames {
  const streams = new Map<TurnId, Stream>();
  const reports = new Map<string, { readonly report: CallReport; isDirty: boolean }>();

  /** Returns undefined for a frame of a step that is over. */
  function streamOf({ sessionId, turnId, step }: Delta | Phase): Stream | undefined {
    const stream = streams.get(turnId);
    if (stream !== undefined && step < stream.step) return undefined;
    if (stream?.step === step) return stream;
    const fresh = { sessionId, step, phase: null, text: null, flushed: 0, isTextDirty: false, isPhaseDirty: false };
    streams.set(turnId, fresh);
    return fresh;
  }

  return {
    add(frame) {
      if (frame.type === "call") {
        reports.set(reportKey(frame), { report: frame, isDirty: true });
        return true;
      }
      const stream = streamOf(frame);
      if (stream === undefined) return false;
      if (frame.type === "phase") {
        stream.phase = frame;
        stream.isPhaseDirty = true;
        return true;
      }
      const { offset, text } = frame;
      const before = stream.text ?? "";
      stream.text = offset === before.length ? before + text : before.slice(0, offset) + text;
      stream.flushed = Math.min(stream.flushed, offset);
      stream.isTextDirty = true;
      return true;
    },
    settle(event) {
      if (event.type === "turn.changed") {
        if (event.turn.state === "running") return;
        streams.delete(event.turn.id);
        for (const [key, { report }] of reports) if (report.turnId === event.turn.id) reports.delete(key);
        return;
      }
      if (event.type !== "entry.created" || event.entry.turnId === null) return;
      const { kind, turnId, tool } = event.entry;
      if (kind === "bot" || kind === "tool_call") streams.delete(turnId);
      if (kind === "tool_result" && tool !== null) reports.delete(reportKey({ turnId, callId: tool.callId }));
    },
    flush() {
      const frames: LiveFrame[] = [];
      for (const [turnId, stream] of streams) {
        if (stream.isPhaseDirty && stream.phase !== null) frames.push(stream.phase);
        if (stream.isTextDirty) frames.push(toDelta(turnId, stream, stream.flushed));
        stream.flushed = stream.text?.length ?? 0;
        stream.isTextDirty = false;
        stream.isPhaseDirty = false;
      }
      for (const held of reports.values()) {
        if (held.isDirty) frames.push(held.report);
        held.isDirty = false;
      }
      return frames;
    },
    snapshot() {
      const shown = [...streams].flatMap(([turnId, stream]): LiveFrame[] => [
        ...(stream.phase === null ? [] : [stream.phase]),
        ...(stream.text === null ? [] : [toDelta(turnId, stream, 0)]),
      ]);
      return [...shown, ...[...reports.values()].map(({ report }) => report)];
    },
  };
}

function reportKey({ turnId, callId }: Pick<CallReport, "turnId" | "callId">): string {
  return `${turnId}/${callId}`;
}

function toDelta(turnId: TurnId, { sessionId, step, text }: Stream, offset: number): Delta {
  return { type: "delta", sessionId, turnId, step, offset, text: (text ?? "").slice(offset) };
}
