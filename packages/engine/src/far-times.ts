/**
 * Bounds how far ahead a person or a bot may put something off (BO2). A later time is a typing mistake more often than
 * a plan.
 */

const farthestYears = 5;
const yearMs = 366 * 86_400_000;

export function isTooFar(ms: number, nowMs: number): boolean {
  return ms - nowMs > farthestYears * yearMs;
}

export function tooFarText(found: string): string {
  return `expected a time within the next ${farthestYears} years, found ${found}`;
}
