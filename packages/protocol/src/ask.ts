/** An ask is a durable question that only a person can settle (AS1). */
import { z } from "zod";
import { AskCall } from "./approval.ts";
import { maxGraceMs } from "./ask-limits.ts";
import { AskId, BotId, ChainId, GatewayId, MessageId, SessionId, TurnId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const AskState = z.enum(["open", "answered", "cancelled"]).meta({ id: "AskState" });
export type AskState = z.infer<typeof AskState>;

/**
 * `question`: asked by a bot. `chain`: a chain of messages passed its hop limit (MB10), or what it caused passed a
 * bound (BO1); may it go on? `loop`: a turn repeats itself or reached its limit of model calls; may it go on? (BO1)
 * `approval`: may this call run? (TO1) `unknown`: a crash cut this call off; did it happen? (TU3) `budget`: a budget is
 * used up; may more be spent? (BU1)
 */
export const AskKind = z.enum(["question", "chain", "loop", "approval", "unknown", "budget"]).meta({ id: "AskKind" });
export type AskKind = z.infer<typeof AskKind>;

export const HeldAnswer = z.object({ answer: z.string(), until: IsoTime }).meta({ id: "HeldAnswer" });
export type HeldAnswer = z.infer<typeof HeldAnswer>;

/**
 * Where an ask waits outside Reef: at an OpenClaw gateway, for the approval of a command (`exec`) or of something else
 * (`plugin`), or with a question of an agent. An answer given here is carried there, once.
 */
export const AskOrigin = z
  .object({
    gatewayId: GatewayId,
    kind: z.enum(["exec", "plugin", "question"]),
    /** Its id there. */
    id: z.string(),
    /** Tells it from every other ask of the gateway, also from a later one with the same id. */
    key: z.string(),
    /** For a question: its id among those asked together, and how many those are. They are carried together. */
    questionId: z.string().optional(),
    together: z.int().optional(),
    /** True if several options may be chosen: the answer names them, with commas or line breaks between. */
    multiple: z.boolean().optional(),
    /** True if words other than the options are accepted there. */
    ownWords: z.boolean().optional(),
    /** When OpenClaw stops waiting for it; null if it did not say. */
    expiresAt: IsoTime.nullable(),
  })
  .meta({ id: "AskOrigin" });
export type AskOrigin = z.infer<typeof AskOrigin>;

/** `waiting`: the answer has still to be carried. `sent`: it counts there. `too_late`: it does not; `note` says why. */
export const AskDelivery = z.enum(["waiting", "sent", "too_late"]).meta({ id: "AskDelivery" });
export type AskDelivery = z.infer<typeof AskDelivery>;

export const Ask = z
  .object({
    id: AskId,
    kind: AskKind,
    sessionId: SessionId,
    botId: BotId,
    turnId: TurnId.nullable(),
    /** The tool call that waits for the answer (AS2); null if none does, as for a paused turn. */
    callId: z.string().nullable(),
    /** For a chain's ask, the message that is held until the answer. */
    messageId: MessageId.nullable(),
    /** The chain that it came from; left out if none is recorded. */
    chainId: ChainId.optional(),
    question: z.string(),
    options: z.array(z.string()),
    /** Whether other words than the options are allowed. */
    freeText: z.boolean(),
    /** The call that may run, or whose outcome is unknown; left out for other kinds. */
    call: AskCall.optional(),
    /** Left out for an ask of Reef's own. */
    origin: AskOrigin.optional(),
    /** What became of an answer given here to an ask that waits elsewhere; left out if there is none. */
    delivery: AskDelivery.optional(),
    /** In words for a person, where it was settled, or why its answer does not count; left out for the usual. */
    note: z.string().optional(),
    /** From then on the ask is answered with its default; left out if it waits for as long as it takes. */
    deadlineAt: IsoTime.optional(),
    defaultAnswer: z.string().optional(),
    state: AskState,
    answer: z.string().nullable(),
    /**
     * For an open ask, an accepted answer that takes effect then, unless it is taken back. Left out if there is none.
     */
    held: HeldAnswer.optional(),
    createdAt: IsoTime,
    settledAt: IsoTime.nullable(),
  })
  .meta({ id: "Ask" });
export type Ask = z.infer<typeof Ask>;

const Answer = z.string().trim().min(1).max(100_000);

/** Exactly one of these. `answer`: an option or, where allowed, other words. `choice`: an option. `text`: words. */
export const AskAnswer = z
  .strictObject({
    answer: Answer.optional(),
    choice: Answer.optional(),
    text: Answer.optional(),
    /**
     * Delays the effect by this much, during which the answer can be taken back (`POST /v1/asks/{id}/undo`); immediate
     * if left out.
     */
    graceMs: z.int().min(0).max(maxGraceMs).optional(),
  })
  .refine(({ answer, choice, text }) => [answer, choice, text].filter((value) => value !== undefined).length === 1, {
    error: "expected exactly one of answer, choice and text",
  })
  .meta({ id: "AskAnswer" });
export type AskAnswer = z.infer<typeof AskAnswer>;

export const AskFilter = z.object({
  state: AskState.optional(),
  kind: AskKind.optional(),
  sessionId: SessionId.optional(),
  botId: BotId.optional(),
});
export type AskFilter = z.infer<typeof AskFilter>;
