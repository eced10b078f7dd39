/** Defines the requests that stop something and let it go on again (TU6). */
import { z } from "zod";
import { Hold, HoldScope } from "./hold.ts";
import { SessionId } from "./ids.ts";
import { CancelReport } from "./request.ts";

/** A scope as it may be given: `all` and `everything` are short for that kind. */
const GivenScope = z
  .union([HoldScope, z.enum(["all", "everything"]), z.strictObject({ kind: z.literal("all") })])
  .transform((given): HoldScope => {
    return typeof given === "string" || given.kind === "all" ? { kind: "everything" } : given;
  });

const Reason = z.string().trim().min(1).max(500);

export const StopRequest = z
  .strictObject({
    /** Everything if left out. */
    scope: GivenScope.optional(),
    /** Keeps what was stopped from going on until it is resumed. */
    hold: z.boolean().optional(),
    reason: Reason.optional(),
    /** Cancels the waiting messages too. */
    queued: z.boolean().optional(),
  })
  .meta({ id: "StopRequest" });
export type StopRequest = z.input<typeof StopRequest>;

export const StopReport = CancelReport.extend({
  /** Turns of these sessions wait for a person and were kept; without a hold, an answer lets them go on. */
  kept: z.array(SessionId),
  /** The hold this stop began; null if it holds nothing. */
  held: Hold.nullable(),
}).meta({ id: "StopReport" });
export type StopReport = z.infer<typeof StopReport>;

/** Ends the hold of exactly this scope; without a scope, every hold. */
export const ResumeRequest = z.strictObject({ scope: GivenScope.optional() }).meta({ id: "ResumeRequest" });
export type ResumeRequest = z.input<typeof ResumeRequest>;

export const ResumeReport = z
  .object({
    resumed: z.array(Hold),
    /** What is still held. */
    held: z.array(Hold),
  })
  .meta({ id: "ResumeReport" });
export type ResumeReport = z.infer<typeof ResumeReport>;
