/** Computes predictable randomness: pauses of many differ, and one's own are the same each time. */

/** Returns a number from 0 up to 1, drawn from the seed and the number of the attempt. */
export function spreadOf(seed: string, attempt: number): number {
  let hash = attempt;
  for (const character of seed) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return (hash % 1000) / 1000;
}
