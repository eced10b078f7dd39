/** Says what a model does before its answer has words. */
import type { Phase } from "@reef/protocol/socket";
import { clockLabel } from "../../ui/clock-label.ts";

/** A model that answers immediately is not announced. */
const toldAfterMs = 3_000;

/** Returns null while there is nothing to report. */
export function phaseWords(phase: ShownPhase, nowMs: number): string | null {
  const time = clockLabel(lastedMs(phase, nowMs));
  if (phase.reason) return `${phase.reason}, ${time}`;
  if (phase.phase === "thinking") return `Thinking… ${time}`;
  return isLongWait(phase, nowMs) ? `Waiting for the first token, ${time}` : null;
}

/** The same beside the duration of the turn: one time is enough. */
export function shortPhaseWords(phase: ShownPhase | null, nowMs: number): string | null {
  if (phase?.reason) return phase.reason;
  if (phase?.phase === "thinking") return "Thinking";
  return phase && isLongWait(phase, nowMs) ? "Waiting for the model" : null;
}

type ShownPhase = Pick<Phase, "phase" | "since" | "reason">;

function isLongWait(phase: ShownPhase, nowMs: number): boolean {
  return phase.phase === "waiting" && lastedMs(phase, nowMs) >= toldAfterMs;
}

function lastedMs({ since }: ShownPhase, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(since));
}
