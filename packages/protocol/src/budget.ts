/**
 * A budget limits what model calls may use, in dollars, in tokens or in both, within a scope and a period. It is a hard
 * limit: the worst cost of a call is reserved before the call leaves (BU1).
 */
import { z } from "zod";
import { AskId, BotId, BudgetId, ChainId, SessionId, TopicId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/** `tree`: a session with everything spawned below its root. `chain`: all work that began with one message. */
export const BudgetScope = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("whole") }),
    z.strictObject({ kind: z.literal("topic"), id: TopicId }),
    z.strictObject({ kind: z.literal("bot"), id: BotId }),
    z.strictObject({ kind: z.literal("session"), id: SessionId }),
    z.strictObject({ kind: z.literal("tree"), id: SessionId }),
    z.strictObject({ kind: z.literal("chain"), id: ChainId }),
  ])
  .meta({ id: "BudgetScope" });
export type BudgetScope = z.infer<typeof BudgetScope>;

/** Days and months are those of UTC. `total` never starts again. */
export const BudgetPeriod = z.enum(["day", "month", "total"]).meta({ id: "BudgetPeriod" });
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

/** `warn`: more than `warnAt` of a limit is used. `out`: a call did not fit, or the limit is used up. */
export const BudgetState = z.enum(["ok", "warn", "out"]).meta({ id: "BudgetState" });
export type BudgetState = z.infer<typeof BudgetState>;

export const Budget = z
  .object({
    id: BudgetId,
    scope: BudgetScope,
    period: BudgetPeriod,
    /** Null: no limit in dollars. */
    limitUsd: z.number().nullable(),
    /** Null: no limit in tokens, which are input and output together. */
    limitTokens: z.int().nullable(),
    /** The share of a limit from which on it warns. */
    warnAt: z.number(),
    /** What a person allowed on top of the limits, in this period only. */
    extraUsd: z.number(),
    extraTokens: z.int(),
    spentUsd: z.number(),
    spentTokens: z.int(),
    /** Calls without a known price in this period: their tokens count, and their dollars are unknown. */
    unpricedCalls: z.int(),
    /** The worst cost of calls that are under way. */
    reservedUsd: z.number(),
    reservedTokens: z.int(),
    state: BudgetState,
    /** When this period began and when the next one begins; null for a total. */
    since: IsoTime.nullable(),
    until: IsoTime.nullable(),
    /** Who set the limit last: “you”, or the name of the signed-in device. */
    setBy: z.string(),
    /** The open question whether more may be spent; null if there is none. */
    askId: AskId.nullable(),
    /** Rises each time that more, or less, may be spent than before. */
    version: z.int(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Budget" });
export type Budget = z.infer<typeof Budget>;

/** The smallest limit under which a call can leave: a smaller one asks before the first call. */
export const SmallestLimit = z
  .object({
    tokens: z.int(),
    /** Null if the price of the newest call is not known. */
    usd: z.number().nullable(),
    /** False if nothing of this scope has called a model lately: it is that of the newest call of all. */
    isOwn: z.boolean(),
  })
  .meta({ id: "SmallestLimit" });
export type SmallestLimit = z.infer<typeof SmallestLimit>;

/** A budget that was set now. */
export const SetBudget = Budget.extend({
  /** Null while no model call is known. */
  smallest: SmallestLimit.nullable(),
  /** A warning in words, such as that the limit is less than one call needs; null if there is none. */
  note: z.string().nullable(),
}).meta({ id: "SetBudget" });
export type SetBudget = z.infer<typeof SetBudget>;

const LimitUsd = z.number().min(0).max(1_000_000);
const LimitTokens = z.int().min(0).max(1_000_000_000_000);
const WarnAt = z.number().min(0).max(1);
const hasLimit = ({ limitUsd, limitTokens }: { limitUsd?: number | null; limitTokens?: number | null }) =>
  typeof limitUsd === "number" || typeof limitTokens === "number";
const noLimit = { path: ["limitUsd"], error: "expected limitUsd, limitTokens or both" };

export const NewBudget = z
  .strictObject({
    scope: BudgetScope,
    period: BudgetPeriod,
    limitUsd: LimitUsd.nullable().optional(),
    limitTokens: LimitTokens.nullable().optional(),
    warnAt: WarnAt.optional(),
  })
  .refine(hasLimit, noLimit)
  .meta({ id: "NewBudget" });
export type NewBudget = z.infer<typeof NewBudget>;

/** Null removes a limit; one has to stay. */
export const BudgetPatch = z
  .strictObject({
    limitUsd: LimitUsd.nullable().optional(),
    limitTokens: LimitTokens.nullable().optional(),
    warnAt: WarnAt.optional(),
  })
  .meta({ id: "BudgetPatch" });
export type BudgetPatch = z.infer<typeof BudgetPatch>;

export const BudgetList = z.object({ items: z.array(Budget) }).meta({ id: "BudgetList" });
export type BudgetList = z.infer<typeof BudgetList>;

/** A bot's own budgets, at most one of each period; those left out are deleted. */
export const BotBudgets = z
  .strictObject({
    items: z
      .array(
        z
          .strictObject({
            period: BudgetPeriod,
            limitUsd: LimitUsd.nullable().optional(),
            limitTokens: LimitTokens.nullable().optional(),
            warnAt: WarnAt.optional(),
          })
          .refine(hasLimit, noLimit),
      )
      .max(3)
      .refine((items) => new Set(items.map(({ period }) => period)).size === items.length, {
        error: "expected each period once",
      }),
  })
  .meta({ id: "BotBudgets" });
export type BotBudgets = z.infer<typeof BotBudgets>;

/** Why a session's turn is paused (BU3). */
export const OutOfBudget = z
  .object({
    budgetId: BudgetId,
    askId: AskId,
    /** The limit in words, such as “$5 a day for the bot “dev””. */
    limit: z.string(),
    setBy: z.string(),
  })
  .meta({ id: "OutOfBudget" });
export type OutOfBudget = z.infer<typeof OutOfBudget>;
