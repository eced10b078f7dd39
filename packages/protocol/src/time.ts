/** Times cross every boundary as ISO-8601 UTC with milliseconds, so that they compare and sort as text. */
import { z } from "zod";

export const IsoTime = z.iso.datetime({
  precision: 3,
  message: "expected an ISO-8601 UTC time such as 2026-01-31T12:00:00.000Z",
});
export type IsoTime = z.infer<typeof IsoTime>;

/** Milliseconds since the epoch, as `IsoTime`. */
export function msToIso(ms: number): IsoTime {
  return new Date(ms).toISOString();
}

/** `IsoTime` as milliseconds since the epoch. */
export function isoToMs(iso: IsoTime): number {
  return Date.parse(iso);
}
