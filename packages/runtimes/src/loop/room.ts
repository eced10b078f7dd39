/**
 * Computes how long a transcript may be for a model: what it is known to accept, less what is sent beside it, corrected
 * by how it counts and by what it refused.
 */
import type { TurnContext } from "@reef/engine/port/runtime";
import type { ModelMemory } from "./loop-state.ts";
import { outputLimit } from "./make-call.ts";
import type { ModelChoice } from "./models.ts";
import { toolsFor } from "./provider/outgoing/prepare.ts";
import { charsToTokens } from "./tokens.ts";

/** A refusal of less applies to this call alone: a provider's mistake must not shorten every session. */
const leastLearned = 2_000;
/** A shorter transcript would hold nothing. */
export const leastRoom = 120;

export interface Asked {
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly memory: ModelMemory;
}

/** Returns the tokens that the model accepts, as far as anyone stated. */
export function contextTokensOf({ context: { bot }, choice, memory }: Asked): number {
  const own = bot.limits.contextTokens ?? choice.contextTokens;
  const known = choice.isContextKnown ? Math.min(own, choice.contextTokens) : own;
  return Math.min(known, memory.correction.contextTokens ?? known);
}

/**
 * Returns the tokens for the transcript: three quarters of what the model accepts, less instructions and tools, and in
 * any case less the answer.
 */
export function roomFor({ context, choice, memory }: Asked, limit: number): number {
  const { maxOutputTokens = 0 } = outputLimit(choice, context.bot.limits.maxOutputTokens);
  const most = Math.min(limit * 0.75, limit - maxOutputTokens);
  return Math.max(most - fixedTokens(context, choice), limit * 0.2) / memory.density;
}

/** Estimates what is sent beside the transcript. */
export function fixedTokens(context: TurnContext, { profile }: Pick<ModelChoice, "profile">): number {
  const { instructions, recalled } = context;
  const tools = JSON.stringify(toolsFor(context, profile));
  return charsToTokens(instructions.length + (recalled?.length ?? 0) + tools.length);
}

/** Remembers half of what was refused, but no less than what the model has accepted before. */
export function learnRoom(memory: ModelMemory, refused: number): void {
  const known = Math.max(leastLearned, memory.taken);
  if (refused > known) memory.learnedRoom = Math.max(known, refused / 2);
}
