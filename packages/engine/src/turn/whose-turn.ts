/** Whose turn is next: the bot with the fewest running turns, so that one with a long queue can't starve the others; among equals, whose message is the oldest. */

export interface Waiting {
  /** Turns of its bot that run. */
  readonly running: number;
  /** Of its first message among all; null when nothing waits. */
  readonly rank: number | null;
}

export function nextToRun<Candidate extends Waiting>(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(earlier, null);
}

function earlier<Candidate extends Waiting>(first: Candidate | null, second: Candidate): Candidate | null {
  if (second.rank === null) return first;
  if (first === null || first.rank === null || second.running < first.running) return second;
  return second.running === first.running && second.rank < first.rank ? second : first;
}
