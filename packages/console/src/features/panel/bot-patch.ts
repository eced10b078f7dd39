/**
 * Holds a person's unsaved changes to a bot: only the fields that differ, so that saving one field never reverts what
 * another page changed in the meantime.
 */
import type { Bot, BotLimits, BotPatch } from "@reef/protocol/bot";

export type BotDraft = Readonly<Omit<BotPatch, "tags">>;

export function changeDraft(draft: BotDraft, bot: Bot, change: BotDraft): BotDraft {
  const next = Object.entries({ ...draft, ...change }).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(bot[name as keyof BotDraft]),
  );
  return Object.fromEntries(next);
}

/** An emptied limit falls back to the server's own. */
export function withLimit(
  limits: BotLimits,
  { name, value }: { readonly name: keyof BotLimits; readonly value: number | null },
): BotLimits {
  const { [name]: _, ...rest } = limits;
  return value === null ? rest : { ...rest, [name]: value };
}
