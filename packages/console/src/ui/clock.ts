/** The page's only clock. Times of record come from the server; this one serves elapsed times and time-outs. */
export function nowMs(): number {
  return Date.now();
}
