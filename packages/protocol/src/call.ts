/** Requests of runtimes that work by themselves: Reef's tools for their bots, and a bot's memory for a prompt. */
import { z } from "zod";
import { SessionId } from "./ids.ts";
import { Recalled } from "./memory.ts";

/** The longest time that a call waits for an answer, in seconds. */
const maxCallWaitSeconds = 280;

const sessionRef = {
  sessionId: SessionId.optional(),
  /** The session's key at the bot's gateway, such as `agent:main:main`. */
  sessionKey: z.string().min(1).max(512).optional(),
};
const isOne = ({ sessionId, sessionKey }: { readonly sessionId?: unknown; readonly sessionKey?: unknown }) =>
  (sessionId === undefined) !== (sessionKey === undefined);
const oneMessage = { message: "expected either sessionId or sessionKey" };

export const NewCall = z
  .strictObject({
    ...sessionRef,
    /** The runtime's name for the call, as the transcript shows it. */
    callId: z.string().min(1).max(300),
    input: z.unknown(),
    /**
     * How long the caller waits for an answer that takes time; 0 by default. After that, the answer comes as a message.
     */
    waitSeconds: z.number().min(0).max(maxCallWaitSeconds).optional(),
    /**
     * True if something outside Reef has spoken to the bot in its run. Believed where it lowers the trust of what is
     * saved, never where it would raise it (ME5).
     */
    heardOthers: z.boolean().optional(),
  })
  .refine(isOne, oneMessage)
  .meta({ id: "NewCall" });
export type NewCall = z.infer<typeof NewCall>;

export const CallResult = z.object({ text: z.string(), isError: z.boolean() }).meta({ id: "CallResult" });
export type CallResult = z.infer<typeof CallResult>;

export const RecallRequest = z
  .strictObject({
    ...sessionRef,
    /** What the bot is asked now. */
    text: z.string().max(1_000_000),
  })
  .refine(isOne, oneMessage)
  .meta({ id: "RecallRequest" });
export type RecallRequest = z.infer<typeof RecallRequest>;

export const PromptRecall = z
  .object({
    /** Goes into the system prompt: what people pinned to every prompt of the bot. Null if there is nothing. */
    blocks: z.string().nullable(),
    /** Goes before the message: recalled memory as quoted data. Null if there is nothing. */
    memories: z.string().nullable(),
    /** Goes into the system prompt too: the list of the bot's skills. Null if it has none. */
    skills: z.string().nullable(),
    /** The memories it was made of, and why (ME8). */
    recalled: z.array(Recalled),
  })
  .meta({ id: "PromptRecall" });
export type PromptRecall = z.infer<typeof PromptRecall>;
