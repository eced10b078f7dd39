/**
 * Decides whose turn is next: the bot with the fewest running turns, so that one with a long queue cannot starve the
 * others; among equals, the one with the oldest message.
 */

export interface Waiting {
  /** Running turns of its bot. */
  readonly running: number;
  /** The rank of its first waiting message; null if none waits. */
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
