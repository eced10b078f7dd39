/** What turns wait for when a model's provider is down or its limits are used up (TU9). */
import { z } from "zod";
import { IsoTime } from "./time.ts";

export const ProviderWait = z
  .object({
    /** `provider/model`. */
    model: z.string(),
    /** `down`: the provider does not answer. `limited`: it answers, and refuses calls because there are too many. */
    state: z.enum(["down", "limited"]),
    /** What its server said last, or why it could not be reached. */
    reason: z.string(),
    /** Since when the turn waits. */
    since: IsoTime,
    /** When the turn is given up if the provider does not answer until then. */
    until: IsoTime,
  })
  .meta({ id: "ProviderWait" });
export type ProviderWait = z.infer<typeof ProviderWait>;

/** All that waits for one model, or failed because it was away for too long. */
export const ProviderTrouble = z
  .object({
    model: z.string(),
    state: ProviderWait.shape.state,
    reason: z.string(),
    /** Since when the one that waits longest has waited; null if nothing waits any more. */
    since: IsoTime.nullable(),
    /** Sessions whose turn waits for it. */
    waiting: z.int(),
    /** Dead letters because of it that no one has retried or dismissed. */
    failed: z.int(),
    /** Bots of the sessions that wait. */
    bots: z.int(),
  })
  .meta({ id: "ProviderTrouble" });
export type ProviderTrouble = z.infer<typeof ProviderTrouble>;

export const ProviderTroubleList = z.object({ items: z.array(ProviderTrouble) }).meta({ id: "ProviderTroubleList" });
export type ProviderTroubleList = z.infer<typeof ProviderTroubleList>;

export const ProviderRetry = z
  .strictObject({
    /** `provider/model`, as `GET /v1/provider-waits` names it. */
    model: z.string().trim().min(1).max(400),
  })
  .meta({ id: "ProviderRetry" });
export type ProviderRetry = z.infer<typeof ProviderRetry>;

export const ProviderRetried = z
  .object({
    /** Turns that waited and try again now. */
    woken: z.int(),
    /** Dead letters that are in their mailboxes again. */
    retried: z.int(),
  })
  .meta({ id: "ProviderRetried" });
export type ProviderRetried = z.infer<typeof ProviderRetried>;
