/**
 * A turn is one run of the bot over the messages it took from its mailbox, made of steps that are each committed (TU1).
 */
import { z } from "zod";
import { Usage } from "./bot.ts";
import { AskId, BotId, ChainId, EntryId, MessageId, SessionId, TurnId } from "./ids.ts";
import { Recalled } from "./memory.ts";
import { ProviderWait } from "./provider-wait.ts";
import { IsoTime } from "./time.ts";
import { AfterCrash } from "./tool.ts";

/** `waiting` holds no lane: it goes on when a person answers, a message it waits for is settled, or a time comes. */
export const TurnState = z.enum(["running", "waiting", "done", "failed", "cancelled"]).meta({ id: "TurnState" });
export type TurnState = z.infer<typeof TurnState>;

export const TurnWait = z
  .discriminatedUnion("for", [
    /** Without a call, the turn itself waits, and goes on if a person allows it (BO1). */
    z.object({ for: z.literal("ask"), callId: z.string().nullable(), askId: AskId }),
    z.object({ for: z.literal("message"), callId: z.string(), messageId: MessageId }),
  ])
  .meta({ id: "TurnWait" });
export type TurnWait = z.infer<typeof TurnWait>;

/** What was known of a turn's tool calls when it died (TU3). */
export const CrashReceipt = z
  .object({
    at: IsoTime,
    done: z.array(z.object({ callId: z.string(), name: z.string() })),
    /** Started without a result: it may or may not have taken effect. */
    unknown: z.array(z.object({ callId: z.string(), name: z.string(), settledBy: AfterCrash })),
    notStarted: z.array(z.object({ callId: z.string(), name: z.string() })),
  })
  .meta({ id: "CrashReceipt" });
export type CrashReceipt = z.infer<typeof CrashReceipt>;

/** Sums over all turns of one session. */
export const TurnSums = z
  .object({
    turns: z.int(),
    usage: Usage,
    /** For the ended turns, in milliseconds. */
    endedMs: z.int(),
    /** When the open turn began. */
    openSince: IsoTime.nullable(),
  })
  .meta({ id: "TurnSums" });
export type TurnSums = z.infer<typeof TurnSums>;

export const Turn = z
  .object({
    id: TurnId,
    sessionId: SessionId,
    botId: BotId,
    state: TurnState,
    /** Rises with each claim; a worker that holds an older one can write nothing (TU5). */
    fence: z.int(),
    /** How often it died or failed since its last committed step (TU4). */
    attempts: z.int(),
    chainId: ChainId,
    hops: z.int(),
    messageIds: z.array(MessageId),
    steps: z.int(),
    usage: Usage,
    /** What it waits for; while it runs, what it waited for last. */
    waits: z.array(TurnWait),
    /** What its runtime recorded of the run it started elsewhere. */
    remote: z.record(z.string(), z.unknown()).nullable(),
    /** The model that it waits for because its provider is down or limits its requests; null if it waits for none. */
    providerWait: ProviderWait.nullable(),
    /** When a waiting turn goes on by itself (back-off, time-out). */
    readyAt: IsoTime.nullable(),
    cancelRequested: z.object({ by: z.string(), reason: z.string(), at: IsoTime }).nullable(),
    crashReceipt: CrashReceipt.nullable(),
    error: z.string().nullable(),
    startedAt: IsoTime,
    endedAt: IsoTime.nullable(),
  })
  .meta({ id: "Turn" });
export type Turn = z.infer<typeof Turn>;

export const Step = z
  .object({
    turnId: TurnId,
    /** 1, 2, 3 … within its turn. */
    n: z.int(),
    /**
     * `retry`: a model call that was paid for without an answer (PR3). `resumed`: a person let a paused turn go on;
     * `callId` is the ask (BO1).
     */
    kind: z.enum(["model", "retry", "tool_start", "tool_result", "compaction", "joined", "resumed"]),
    callId: z.string().nullable(),
    tool: z.string().nullable(),
    entryId: EntryId.nullable(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    /** For a model call with a known price; null otherwise. */
    costUsd: z.number().nullable(),
    durationMs: z.number(),
    /**
     * The model that answered, by its provider's name for it. These six belong to model calls, and are null if not
     * reported.
     */
    model: z.string().nullable(),
    /** How many of its input tokens the provider had cached. */
    cachedTokens: z.int().nullable(),
    /** Time from the call to its first token. */
    firstTokenMs: z.number().nullable(),
    /** Tokens sent to the model, as its server counted them; for several calls in one step, those of the last. */
    windowTokens: z.int().nullable(),
    /** The tokens that the model takes, as assumed for this call. */
    contextTokens: z.int().nullable(),
    /** From about this many input tokens on, older text is summarised. */
    compactsAt: z.int().nullable(),
    at: IsoTime,
  })
  .meta({ id: "Step" });
export type Step = z.infer<typeof Step>;

/** What a session has used, and how full its model's context is. */
export const SessionUsage = TurnSums.extend({
  /** From the newest model call; null before the first. */
  context: z
    .object({
      model: z.string().nullable(),
      /** Tokens sent to the model; null if its server does not count them. */
      usedTokens: z.int().nullable(),
      /** How many tokens the model takes; null if unknown. */
      limitTokens: z.int().nullable(),
      compactsAt: z.int().nullable(),
      at: IsoTime,
    })
    .nullable(),
}).meta({ id: "SessionUsage" });
export type SessionUsage = z.infer<typeof SessionUsage>;

export const TurnWithSteps = Turn.extend({
  stepList: z.array(Step),
  /** The memories that were put into its prompt, best first (ME8). */
  recalled: z.array(Recalled),
}).meta({ id: "TurnWithSteps" });
export type TurnWithSteps = z.infer<typeof TurnWithSteps>;
