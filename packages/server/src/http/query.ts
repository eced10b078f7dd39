/** Query parameters that several endpoints share: text on the wire, checked and turned into what the engine takes. */
import { maxPageLimit, type PageRequest } from "@reef/protocol/page";
import { z } from "zod";

const defaultLimit = 100;

export const limitQuery = z.coerce
  .number({ error: `expected a whole number from 1 to ${maxPageLimit}` })
  .int()
  .min(1)
  .max(maxPageLimit)
  .optional()
  .meta({ description: `At most this many, 1 to ${maxPageLimit}; ${defaultLimit} when not given.` });

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
