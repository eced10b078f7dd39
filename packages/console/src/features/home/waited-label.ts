/** Says how long something has waited, in words that do not tick: `waiting 6 min`. */
export function waitedLabel(since: string, nowMs: number): string {
  const waited = roughly(nowMs - Date.parse(since));
  return waited === justNow ? "asked just now" : `waiting ${waited}`;
}

const justNow = "just now";

/** Formats `just now`, `6 min`, `3 h`, `2 days`. */
export function roughly(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return justNow;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}
