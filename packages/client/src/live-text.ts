/**
 * Folds deltas into the text of answers that are being written. A delta gives the position of its text, so applying it
 * twice changes nothing, and text with a hole in it is never shown: a delta that starts beyond the held text waits for
 * the snapshot that the server sends on every connect (TU8). The live text goes when its entry arrives. Phases (what a
 * step does before its first words, and since when) are folded in the same way (PR4).
 */
import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { CallReport, Delta, Phase } from "@reef/protocol/socket";

export interface LiveText {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly step: number;
  readonly text: string;
}

/** Has one text for each turn that is writing. A session has at most one such turn. */
export type LiveTexts = ReadonlyMap<TurnId, LiveText>;

export const noLiveTexts: LiveTexts = new Map();

/** Returns the texts after `delta`; the same map when it changes nothing. */
export function applyDelta(texts: LiveTexts, { sessionId, turnId, step, offset, text }: Delta): LiveTexts {
  const held = texts.get(turnId);
  if (held !== undefined && step < held.step) return texts;
  const before = held !== undefined && held.step === step ? held.text : "";
  if (offset > before.length) return texts;
  const after = before.slice(0, offset) + text;
  if (held?.step === step && after === held.text) return texts;
  return new Map(texts).set(turnId, { sessionId, turnId, step, text: after });
}

/** Says what each running turn's model call does (waits for its first token, thinks, or writes) and `since` when. */
export type LivePhases = ReadonlyMap<TurnId, Phase>;

export const noLivePhases: LivePhases = new Map();

/** Returns the phases after `phase`; the same map when it changes nothing. */
export function applyPhase(phases: LivePhases, phase: Phase): LivePhases {
  const held = phases.get(phase.turnId);
  if (held !== undefined && phase.step < held.step) return phases;
  const isSame = held?.phase === phase.phase && held.since === phase.since && held.reason === phase.reason;
  if (isSame && held?.step === phase.step) return phases;
  return new Map(phases).set(phase.turnId, phase);
}

/** Has what each running call shows of itself, by turn and call. */
export type LiveReports = ReadonlyMap<string, CallReport>;

export const noLiveReports: LiveReports = new Map();

/** Models may number their calls from 1 in every turn. */
export function reportKey({ turnId, callId }: { readonly turnId: TurnId; readonly callId: string }): string {
  return `${turnId} ${callId}`;
}

/** Returns the reports after `report`, which replaces the call's earlier one. */
export function applyReport(reports: LiveReports, report: CallReport): LiveReports {
  const key = reportKey(report);
  return reports.get(key)?.text === report.text ? reports : new Map(reports).set(key, report);
}

/** Returns the reports after `event`: those of a call that has its result, and of a turn that does not run, are gone. */
export function endReports(reports: LiveReports, event: Event): LiveReports {
  if (reports.size === 0) return reports;
  const isEnded = ({ turnId, callId }: CallReport): boolean =>
    event.type === "entry.created"
      ? event.entry.kind === "tool_result" && event.entry.turnId === turnId && event.entry.tool?.callId === callId
      : event.type === "turn.changed" && event.turn.id === turnId && event.turn.state !== "running";
  const left = [...reports].filter(([, report]) => !isEnded(report));
  return left.length === reports.size ? reports : new Map(left);
}

/**
 * Returns the texts, or the phases, after `event`; the same map when it changes nothing. Call it for every event, in
 * order.
 */
export function applyEvent<Live>(live: ReadonlyMap<TurnId, Live>, event: Event): ReadonlyMap<TurnId, Live> {
  const turnId = endedStepOf(event);
  if (turnId === null || !live.has(turnId)) return live;
  const left = new Map(live);
  left.delete(turnId);
  return left;
}

/** The turn whose current step has its whole text, or is discarded, with this event; null if there is none. */
function endedStepOf(event: Event): TurnId | null {
  if (event.type === "entry.created") {
    const isAnswer = event.entry.kind === "bot" || event.entry.kind === "tool_call";
    return isAnswer ? event.entry.turnId : null;
  }
  if (event.type === "turn.changed") return event.turn.state === "running" ? null : event.turn.id;
  return null;
}
