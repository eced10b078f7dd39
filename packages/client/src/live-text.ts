/**
 * The text of answers that are being written, folded from deltas. A delta says where its text belongs, so applying
 * one twice changes nothing, and text with a hole in it is never shown: a delta that starts beyond what is held
 * waits for the snapshot that the server sends on every connect (TU8). Once the entry is there, the live text goes.
 * Beside it, in the same way, what a step does before it has words, and since when (PR4).
 */
import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Delta, Phase } from "@reef/protocol/socket";

export interface LiveText {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly step: number;
  readonly text: string;
}

/** One for each turn that is writing. A session has at most one. */
export type LiveTexts = ReadonlyMap<TurnId, LiveText>;

export const noLiveTexts: LiveTexts = new Map();

/** The texts after `delta`; the same map when it changes nothing. */
export function applyDelta(texts: LiveTexts, { sessionId, turnId, step, offset, text }: Delta): LiveTexts {
  const held = texts.get(turnId);
  if (held !== undefined && step < held.step) return texts;
  const before = held !== undefined && held.step === step ? held.text : "";
  if (offset > before.length) return texts;
  const after = before.slice(0, offset) + text;
  if (held?.step === step && after === held.text) return texts;
  return new Map(texts).set(turnId, { sessionId, turnId, step, text: after });
}

/** What each running turn's model call does: it waits for its first token, thinks, or writes; `since` when. */
export type LivePhases = ReadonlyMap<TurnId, Phase>;

export const noLivePhases: LivePhases = new Map();

/** The phases after `phase`; the same map when it changes nothing. */
export function applyPhase(phases: LivePhases, phase: Phase): LivePhases {
  const held = phases.get(phase.turnId);
  if (held !== undefined && phase.step < held.step) return phases;
  const isSame = held?.phase === phase.phase && held.since === phase.since && held.reason === phase.reason;
  if (isSame && held?.step === phase.step) return phases;
  return new Map(phases).set(phase.turnId, phase);
}

/** The texts, or the phases, after `event`; the same map when it changes nothing. Call it for every event, in order. */
export function applyEvent<Live>(live: ReadonlyMap<TurnId, Live>, event: Event): ReadonlyMap<TurnId, Live> {
  const turnId = endedStepOf(event);
  if (turnId === null || !live.has(turnId)) return live;
  const left = new Map(live);
  left.delete(turnId);
  return left;
}

/** The turn whose current step's text is whole, or void, with this event. */
function endedStepOf(event: Event): TurnId | null {
  if (event.type === "entry.created") {
    const isAnswer = event.entry.kind === "bot" || event.entry.kind === "tool_call";
    return isAnswer ? event.entry.turnId : null;
  }
  if (event.type === "turn.changed") return event.turn.state === "running" ? null : event.turn.id;
  return null;
}
