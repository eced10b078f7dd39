/**
 * A hold keeps what a person stopped from going on: mailboxes accept messages, but no turn takes them and no schedule
 * sends until the person resumes (TU6).
 */
import { z } from "zod";
import { BotId, SessionId, TurnId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/** What a hold covers. Of a turn, its session; of a tree, every session with the same root. */
export const HoldScope = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("everything") }),
    z.strictObject({ kind: z.literal("bot"), id: BotId }),
    z.strictObject({ kind: z.literal("tree"), id: SessionId }),
    z.strictObject({ kind: z.literal("session"), id: SessionId }),
    z.strictObject({ kind: z.literal("turn"), id: TurnId }),
  ])
  .meta({ id: "HoldScope" });
export type HoldScope = z.infer<typeof HoldScope>;

export const Hold = z
  .object({
    scope: HoldScope,
    /** What is held: the session of a turn, the root of a tree, the bot; null for everything. */
    target: z.union([BotId, SessionId]).nullable(),
    /** The name of the bot, or the title of the session; null for everything. */
    name: z.string().nullable(),
    /** The words of the person who stopped it; null if there are none. */
    reason: z.string().nullable(),
    at: IsoTime,
  })
  .meta({ id: "Hold" });
export type Hold = z.infer<typeof Hold>;

/** Names a hold: the same scope is held once. */
export function scopeKey(scope: HoldScope): string {
  return scope.kind === "everything" ? scope.kind : `${scope.kind}:${scope.id}`;
}
