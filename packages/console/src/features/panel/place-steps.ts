/** Places each step on its turn's time line, as shares of the whole. */
import type { Step, Turn } from "@reef/protocol/turn";

export interface PlacedStep {
  readonly step: Step;
  /** 0…1 from the turn's start to the step's. */
  readonly fromShare: number;
  /** 0…1 of the turn's time; a step without a duration is a mark. */
  readonly share: number;
}

/** `at` is when a step was committed, which is its end. The line goes from the turn's start to its last step. */
export function placeSteps(turn: Turn, steps: readonly Step[]): readonly PlacedStep[] {
  const startMs = Date.parse(turn.startedAt);
  const ends = steps.map(({ at }) => Math.max(startMs, Date.parse(at)));
  const wholeMs = Math.max(1, ...ends.map((end) => end - startMs));
  return steps.map((step, index) => {
    const endMs = (ends[index] ?? startMs) - startMs;
    const fromMs = Math.max(0, endMs - step.durationMs);
    return { step, fromShare: fromMs / wholeMs, share: (endMs - fromMs) / wholeMs };
  });
}
