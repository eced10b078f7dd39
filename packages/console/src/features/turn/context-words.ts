/** Describes how full a session's context is and what the session has used. */
import type { SessionUsage } from "@reef/protocol/turn";
import { costLabel } from "../../ui/cost.ts";

const number = new Intl.NumberFormat("en-US");

export function contextWords({ context, usage }: SessionUsage): readonly string[] {
  const lines = [`Context: ${fillWords(context)}`];
  if (context !== null && context.compactsAt !== null)
    lines.push(`Older text is summarised at about ${number.format(context.compactsAt)}.`);
  if (usage.modelCalls > 0) {
    const isCounted = usage.inputTokens > 0 || usage.outputTokens > 0;
    lines.push(
      isCounted
        ? `Session: ${number.format(usage.inputTokens)} tokens in, ${number.format(usage.outputTokens)} out`
        : "Session: tokens unknown",
      `Cost: ${costLabel(usage) ?? "unknown, no price is set"}`,
    );
  }
  if (context !== null) lines.push(`Model: ${context.model ?? "unknown"}`);
  return lines;
}

/** Between 0 and 1; null when it is not known. */
export function contextShare({ context }: SessionUsage): number | null {
  if (context === null || context.usedTokens === null || context.limitTokens === null) return null;
  return context.limitTokens === 0 ? null : Math.min(1, context.usedTokens / context.limitTokens);
}

function fillWords(context: SessionUsage["context"]): string {
  if (context === null) return "no model has answered yet";
  const { usedTokens: used, limitTokens: limit } = context;
  if (used === null && limit === null) return "unknown";
  if (used === null) return `unknown of ${number.format(limit ?? 0)} tokens; the model's server doesn't count them`;
  if (limit === null) return `${number.format(used)} tokens; the model's size is unknown`;
  return `${number.format(used)} of ${number.format(limit)} tokens (${Math.round((used / limit) * 100)}%)`;
}
