/**
 * Sends times as ISO-8601 UTC with milliseconds, so that they compare and sort as text; accepts them as people write
 * them.
 */
import { z } from "zod";

export const IsoTime = z.iso.datetime({
  precision: 3,
  message: "expected an ISO-8601 UTC time such as 2026-01-31T12:00:00.000Z",
});
export type IsoTime = z.infer<typeof IsoTime>;

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const clock = String.raw`\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?`;
/** The blank is a plus sign that was not escaped in a query. */
const zone = String.raw`[Zz]|[+ -]\d{2}:?\d{2}`;
const written = new RegExp(`^(${day})(?:[Tt ](${clock})(${zone})?)?$`);
const expected = "expected an ISO-8601 time such as 2026-01-31T12:00:00Z";

/** A time in a request, with any offset and precision. Without an offset it is UTC; a day alone means its midnight. */
export const GivenTime = z
  .string()
  .regex(written, expected)
  .transform((text, context): IsoTime => {
    const [, date = "", time = "00:00", offset = "Z"] = written.exec(text) ?? [];
    const ms = Date.parse(`${date}T${time}${offset.toUpperCase().replace(" ", "+")}`);
    // The 30th of February would otherwise be read as the 2nd of March.
    const isDay = new Date(`${date}T00:00Z`).toJSON()?.startsWith(date) ?? false;
    if (isDay && ms >= earliestMs && ms <= latestMs) return msToIso(ms);
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });
export type GivenTime = z.infer<typeof GivenTime>;

/** Years of four digits: beyond them, times no longer sort as text. */
const earliestMs = Date.parse("0000-01-01T00:00:00.000Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

/** Converts milliseconds since the epoch. */
export function msToIso(ms: number): IsoTime {
  return new Date(ms).toISOString();
}

/**
 * Converts a time that another program reports, in milliseconds since the epoch; returns null for one that cannot be
 * true.
 */
export function toldTime(ms: unknown): IsoTime | null {
  return typeof ms === "number" && ms > 0 && ms <= latestMs ? msToIso(ms) : null;
}

/** Returns milliseconds since the epoch. */
export function isoToMs(iso: IsoTime): number {
  return Date.parse(iso);
}
