/** Parses query parameters that several endpoints share: text on the wire, checked and converted for the engine. */
import { AppError } from "@reef/protocol/error";
import { maxPageLimit, type PageRequest } from "@reef/protocol/page";
import { GivenTime, type IsoTime, isoToMs } from "@reef/protocol/time";
import { z } from "zod";

const defaultLimit = 100;

export const limitQuery = z.coerce
  .number({ error: `expected a whole number from 1 to ${maxPageLimit}` })
  .int()
  .min(1)
  .max(maxPageLimit)
  .optional()
  .meta({ description: `At most this many, 1 to ${maxPageLimit}; ${defaultLimit} by default.` });

export const pageQuery = {
  limit: limitQuery,
  cursor: z.string().max(2000).optional().meta({ description: "`next` of the page before." }),
};

export const booleanQuery = z
  .enum(["true", "false", "1", "0"])
  .transform((text) => text === "true" || text === "1")
  .optional();

export const seqQuery = z.coerce
  .number({ error: "expected a whole number" })
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .optional();

export function limitOf(limit: number | undefined): number {
  return limit ?? defaultLimit;
}

export function pageOfQuery(query: {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}): PageRequest {
  return { limit: limitOf(query.limit), cursor: query.cursor ?? null };
}

const maxBuckets = 2_000;
const hourMs = 3_600_000;

/** A period from `since` until now, counted in buckets. */
export const bucketQuery = z.strictObject({
  since: GivenTime,
  bucketMs: z.coerce
    .number({ error: "expected whole milliseconds" })
    .int()
    .min(60_000)
    .max(31 * 86_400_000)
    .optional()
    .meta({ description: "Length of a bucket in milliseconds; an hour by default." }),
});

/** Throws `invalid_request` when that makes more buckets than one answer holds. */
export function bucketsOf(
  { since, bucketMs = hourMs }: z.infer<typeof bucketQuery>,
  nowMs: number,
): { readonly since: IsoTime; readonly bucketMs: number } {
  if ((nowMs - isoToMs(since)) / bucketMs <= maxBuckets) return { since, bucketMs };
  throw new AppError("invalid_request", `expected at most ${maxBuckets} buckets: a later since, or a longer bucketMs`);
}
