/** An ask is a durable question that only a person can settle (AS1). */
import { z } from "zod";
import { AskCall } from "./approval.ts";
import { maxGraceMs } from "./ask-limits.ts";
import { AskId, BotId, ChainId, MessageId, SessionId, TurnId } from "./ids.ts";
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
