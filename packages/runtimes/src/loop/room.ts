/**
 * How long a transcript may be for a model: what it is known to take, less what goes out beside it, corrected by how it
 * counts and by what it refused.
 */
import type { TurnContext } from "@reef/engine/port/runtime";
import type { ModelMemory } from "./loop-state.ts";
import { outputLimit } from "./make-call.ts";
import type { ModelChoice } from "./models.ts";
import { toolsFor } from "./provider/outgoing/prepare.ts";
import { charsToTokens } from "./tokens.ts";

/** A refusal of less is met for this call alone: what a provider says by mistake must not shorten every session. */
const leastLearned = 2_000;
/** A transcript of less holds nothing any more. */
export const leastRoom = 120;

export interface Asked {
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly memory: ModelMemory;
}

/** Tokens that the model takes, as far as anybody said. */
export function contextTokensOf({ context: { bot }, choice, memory }: Asked): number {
  const own = bot.limits.contextTokens ?? choice.contextTokens;
  const known = choice.isContextKnown ? Math.min(own, choice.contextTokens) : own;
  return Math.min(known, memory.correction.contextTokens ?? known);
}

/** Tokens for the transcript: three quarters of what the model takes, less instructions and tools, and the answer in any case. */
export function roomFor({ context, choice, memory }: Asked, limit: number): number {
  const { maxOutputTokens = 0 } = outputLimit(choice, context.bot.limits.maxOutputTokens);
  const most = Math.min(limit * 0.75, limit - maxOutputTokens);
  return Math.max(most - fixedTokens(context, choice), limit * 0.2) / memory.density;
}

/** What is sent beside the transcript, by estimate. */
export function fixedTokens(context: TurnContext, { profile }: Pick<ModelChoice, "profile">): number {
  const { instructions, recalled } = context;
  const tools = JSON.stringify(toolsFor(context, profile));
  return charsToTokens(instructions.length + (recalled?.length ?? 0) + tools.length);
}

/** From now on half of what was refused, but no less than what the model has taken before. */
export function learnRoom(memory: ModelMemory, refused: number): void {
  const known = Math.max(leastLearned, memory.taken);
  if (refused > known) memory.learnedRoom = Math.max(known, refused / 2);
}
