/**
 * Live text is not state: it is what a running step has said so far, for people who watch. Every delta carries its
 * offset, and a client that joins late gets the text so far, so that nothing is lost or doubled (TU8). Before the first
 * word, the step's phase says what it waits for, and since when (PR4).
 */
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { CallReport, Delta, Phase } from "@reef/protocol/socket";
import { msToIso } from "@reef/protocol/time";
import type { Clock } from "../port/clock.ts";

export type LiveFrame = Delta | Phase | CallReport;

export interface LiveSink {
  /** Contract: must not block or throw. */
  publish(frame: LiveFrame): void;
}

/** Names a model call of a turn. */
export interface LivePlace {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly step: number;
}

/** Names a running call of a turn. */
export type CallPlace = Pick<CallReport, "sessionId" | "turnId" | "callId">;

interface Stream {
  readonly place: LivePlace;
  readonly phase: Phase | null;
  /** Null until the first word. */
  readonly text: string | null;
}

export interface LiveText {
  append(place: LivePlace, text: string): void;
  /** Entering the same phase again changes only its reason, not when it began. */
  enter(place: LivePlace, phase: Exclude<Phase["phase"], "writing">, reason?: string): void;
  /** The step is tried again: its text so far is void, and its wait starts over. */
  restart(place: LivePlace): void;
  /** Shows the end of `text` beside the call; it replaces what the call showed before. */
  report(place: CallPlace, text: string): void;
  /** Call when the call has its result or is given up. */
  endReport(place: CallPlace): void;
  /** Call when the step is committed or given up. */
  drop(turnId: TurnId): void;
  /** Returns what the step has said so far. */
  text(turnId: TurnId): string;
  /** Returns each running step's phase, one delta from offset 0, and what running calls show. */
  snapshot(): readonly LiveFrame[];
}

/** Bounds a phase's reason, in UTF-16 units: servers may say anything. */
const longestReason = 500;
/** How much of a call's output people see while it runs, in UTF-16 units. */
const longestReport = 4_000;

export function createLiveText(sink: LiveSink, clock: Clock): LiveText {
  const streams = new Map<TurnId, Stream>();
  const reports = new Map<TurnId, Map<string, CallReport>>();

  function streamAt(place: LivePlace): Stream {
    const stream = streams.get(place.turnId);
    return stream?.place.step === place.step ? stream : { place, phase: null, text: null };
  }

  function enterPhase(stream: Stream, phase: Phase["phase"], reason?: string): Stream {
    const isSame = stream.phase?.phase === phase;
    if (isSame && stream.phase?.reason === reason) return stream;
    const since = isSame && stream.phase ? stream.phase.since : msToIso(clock.now());
    const frame: Phase = { type: "phase", ...stream.place, phase, since, ...(reason !== undefined && { reason }) };
    sink.publish(frame);
    return { ...stream, phase: frame };
  }

  return {
    append(place, text) {
      const stream = enterPhase(streamAt(place), "writing");
      const before = stream.text ?? "";
      streams.set(place.turnId, { ...stream, text: before + text });
      sink.publish({ type: "delta", ...place, offset: before.length, text });
    },
    enter(place, phase, reason) {
      streams.set(place.turnId, enterPhase(streamAt(place), phase, reason?.slice(0, longestReason)));
    },
    restart(place) {
      // The frame belongs to the next step: its cost may have ended the previous one, whose frames are no longer read.
      const hasText = (streams.get(place.turnId)?.text ?? null) !== null;
      if (hasText) sink.publish({ type: "delta", ...place, offset: 0, text: "" });
      streams.set(place.turnId, enterPhase({ place, phase: null, text: hasText ? "" : null }, "waiting"));
    },
    report(place, text) {
      const { sessionId, turnId, callId } = place;
      const end = text.slice(-longestReport).replace(/^[\uDC00-\uDFFF]/, "");
      const frame: CallReport = { type: "call", sessionId, turnId, callId, text: end };
      const ofTurn = reports.get(turnId) ?? new Map<string, CallReport>();
      reports.set(turnId, ofTurn.set(callId, frame));
      sink.publish(frame);
    },
    endReport({ turnId, callId }) {
      const ofTurn = reports.get(turnId);
      ofTurn?.delete(callId);
      if (ofTurn?.size === 0) reports.delete(turnId);
    },
    drop(turnId) {
      streams.delete(turnId);
      reports.delete(turnId);
    },
    text(turnId) {
      return streams.get(turnId)?.text ?? "";
    },
    snapshot() {
      const shown = [...streams.values()].flatMap(({ place, phase, text }): LiveFrame[] => [
        ...(phase === null ? [] : [phase]),
        ...(text === null ? [] : [{ type: "delta" as const, ...place, offset: 0, text }]),
      ]);
      return [...shown, ...[...reports.values()].flatMap((ofTurn) => [...ofTurn.values()])];
    },
  };
}
