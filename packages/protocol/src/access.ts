/** Says whether a bot or session may write to another, or read it, and why (MB8). */
import { z } from "zod";

export const AccessReason = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("self") }),
    z.object({ kind: z.literal("incognito") }),
    z.object({ kind: z.literal("private") }),
    /** The rule's place in the list of links, from 1. */
    z.object({ kind: z.literal("rule"), rule: z.int() }),
    z.object({ kind: z.literal("no_rule") }),
  ])
  .meta({ id: "AccessReason" });
export type AccessReason = z.infer<typeof AccessReason>;

export const Access = z
  .object({
    allowed: z.boolean(),
    reason: AccessReason,
    /** Rules about topics or trees that decide otherwise for some sessions; empty between two sessions. */
    exceptions: z.array(z.int()),
    /** The reason in words. */
    text: z.string(),
  })
  .meta({ id: "Access" });
export type Access = z.infer<typeof Access>;

export const AccessPair = z
  .object({ write: Access.meta({ description: "Messages and spawned sessions." }), read: Access })
  .meta({ id: "AccessPair" });
export type AccessPair = z.infer<typeof AccessPair>;
