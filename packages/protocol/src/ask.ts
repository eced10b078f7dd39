/** An ask: a durable question that only a person can settle (AS1). */
import { z } from "zod";
import { maxGraceMs } from "./ask-limits.ts";
import { AskId, BotId, ChainId, MessageId, SessionId, TurnId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const AskState = z.enum(["open", "answered", "cancelled"]).meta({ id: "AskState" });
export type AskState = z.infer<typeof AskState>;

/**
 * `question`: asked by a bot. `chain`: a chain of messages ran past its hop limit (MB10), or what it caused past a bound (BO1);
 * may it go on? `loop`: a turn
 * repeats itself or reached its limit of model calls; may it go on? (BO1)
 */
export const AskKind = z.enum(["question", "chain", "loop"]).meta({ id: "AskKind" });
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
    /** The tool call that waits for the answer (AS2); null when none does, as for a turn that paused. */
    callId: z.string().nullable(),
    /** The message that is held until the answer, of a chain ask. */
    messageId: MessageId.nullable(),
    /** The chain that it came of; left out where none is noted. */
    chainId: ChainId.optional(),
    question: z.string(),
    options: z.array(z.string()),
    /** Whether words other than the options are an answer. */
    freeText: z.boolean(),
    state: AskState,
    answer: z.string().nullable(),
    /** Of an open ask: an answer that was accepted and takes effect then, unless it is taken back. Left out where there is none. */
    held: HeldAnswer.optional(),
    createdAt: IsoTime,
    settledAt: IsoTime.nullable(),
  })
  .meta({ id: "Ask" });
export type Ask = z.infer<typeof Ask>;

const Answer = z.string().trim().min(1).max(100_000);

/** Exactly one of them. `answer`: an option or, where other words are welcome, those. `choice`: an option. `text`: words. */
export const AskAnswer = z
  .strictObject({
    answer: Answer.optional(),
    choice: Answer.optional(),
    text: Answer.optional(),
    /** Takes effect this much later, and can be taken back until then (`POST /v1/asks/{id}/undo`); at once when left out. */
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
