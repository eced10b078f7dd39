/** A bot is a registered identity with its own role, instructions, model, tools and limits, bound to one runtime. */
import { z } from "zod";
import { BoxSettings } from "./box.ts";
import { OutOfBudget } from "./budget.ts";
import { AgentRef } from "./gateway.ts";
import { BotId } from "./ids.ts";
import { McpAttachment } from "./mcp.ts";
import { IsoTime } from "./time.ts";

export const RuntimeName = z.enum(["loop", "openclaw", "demo"]).meta({ id: "RuntimeName" });
export type RuntimeName = z.infer<typeof RuntimeName>;

export const BotLimits = z
  .strictObject({
    /** How many model calls a turn may make before a person is asked whether it may go on. */
    maxSteps: z.int().min(1).max(1000).optional(),
    /** How many tokens of transcript a model call may carry; older text is compacted. */
    contextTokens: z.int().min(1000).max(10_000_000).optional(),
    /** The most tokens of one answer. */
    maxOutputTokens: z.int().min(16).max(1_000_000).optional(),
    /** Wall time of one turn, in milliseconds, without the time it waits for a person. */
    turnTimeoutMs: z.int().min(1000).max(86_400_000).optional(),
  })
  .meta({ id: "BotLimits" });
export type BotLimits = z.infer<typeof BotLimits>;

/**
 * `out_of_budget`: a turn is paused because a budget is used up. `running`: a turn runs now. `needs_you`: a turn waits
 * for a person. `failing`: 3 or more turns failed in a row. `held`: a person stopped it, and it goes on when resumed.
 */
export const BotStatus = z
  .enum(["idle", "queued", "running", "needs_you", "out_of_budget", "failing", "held", "paused"])
  .meta({ id: "BotStatus" });
export type BotStatus = z.infer<typeof BotStatus>;

/** Health is based on evidence, not on a heartbeat: what the bot's last turns did and what waits for it. */
export const BotHealth = z
  .object({
    state: z.enum(["ok", "degraded", "failing", "unknown"]),
    /** A sentence that names the evidence. */
    reason: z.string(),
    lastTurnAt: IsoTime.nullable(),
    lastTurnState: z.enum(["done", "failed", "cancelled"]).nullable(),
    failuresInRow: z.int(),
    queueDepth: z.int(),
    runningTurns: z.int(),
    openAsks: z.int(),
    lastError: z.string().nullable(),
  })
  .meta({ id: "BotHealth" });
export type BotHealth = z.infer<typeof BotHealth>;

export const Usage = z
  .object({
    modelCalls: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    /** Its cost in US dollars, as far as prices are known. */
    costUsd: z.number(),
    /** Model calls without a known price, which `costUsd` does not include. */
    unpricedCalls: z.int(),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

export const Bot = z
  .object({
    id: BotId,
    name: z.string(),
    role: z.string(),
    instructions: z.string(),
    /** `provider/model`, or a bare model id of the default provider; null means the server's default model. */
    model: z.string().nullable(),
    /** Answers while `model` is down or its limits are far off; null for the server's fallback, or none. */
    fallbackModel: z.string().nullable(),
    runtime: RuntimeName,
    /** The agent that runs its turns. Set if and only if the runtime is `openclaw`. */
    agent: AgentRef.nullable(),
    /** Names of the tools it may use; null for all. */
    tools: z.array(z.string()).nullable(),
    limits: BotLimits,
    tags: z.array(z.string()),
    /** The MCP servers whose tools it may use. */
    mcp: z.array(McpAttachment),
    /** The box in which it works with files and commands; null if nobody has set one up. */
    box: BoxSettings.nullable(),
    status: BotStatus,
    /** The used-up budget that the oldest of its paused sessions waits for; null if none does (BU3). */
    outOfBudget: OutOfBudget.nullable(),
    health: BotHealth,
    spend: Usage,
    lastActiveAt: IsoTime.nullable(),
    pausedAt: IsoTime.nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Bot" });
export type Bot = z.infer<typeof Bot>;

export const NewBot = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    role: z.string().max(2_000).optional(),
    instructions: z.string().max(200_000).optional(),
    model: z.string().trim().min(1).max(200).nullable().optional(),
    fallbackModel: z.string().trim().min(1).max(200).nullable().optional(),
    runtime: RuntimeName.optional(),
    agent: AgentRef.nullable().optional(),
    tools: z.array(z.string().min(1).max(128)).max(200).nullable().optional(),
    limits: BotLimits.optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(50).optional(),
    mcp: z
      .array(McpAttachment)
      .max(50)
      .refine((all) => new Set(all.map(({ serverId }) => serverId)).size === all.length, "expected each server once")
      .optional(),
    box: BoxSettings.nullable().optional(),
  })
  .meta({ id: "NewBot" });
export type NewBot = z.infer<typeof NewBot>;

export const BotPatch = NewBot.partial().meta({ id: "BotPatch" });
export type BotPatch = z.infer<typeof BotPatch>;
