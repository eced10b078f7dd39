/** Reads the page's only clock. Recorded times come from the server; this one serves elapsed times and time-outs. */
export function nowMs(): number {
  return Date.now();
}
