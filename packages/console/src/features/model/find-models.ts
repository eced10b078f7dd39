/**
 * Selects the models that a picker shows: those that can do the work, found by words, in groups by provider. A server
 * may list a thousand, so a group shows its first few and says how many more there are.
 */
import { foldText } from "@reef/protocol/fold-text";
import type { Model } from "@reef/protocol/model";

/** The work a model is chosen for. */
export type ModelWork = "chat" | "consolidation" | "embedding" | "vision" | "fallback";

export interface ModelGroup {
  readonly provider: string;
  readonly shown: readonly Model[];
  /** How many more match the words. */
  readonly more: number;
}

/** At most this many rows are drawn; the rest is found by typing. */
const shownInAll = 120;
const shownOfEach = 8;

/** Leaves out models that are known to be unable, and keeps unknown ones. */
export function canDo({ abilities }: Pick<Model, "abilities">, work: ModelWork): boolean {
  if (work === "embedding") return abilities.embedding === true || (abilities.embedding === null && !abilities.chat);
  if (abilities.chat === false || (abilities.embedding === true && abilities.chat !== true)) return false;
  return work !== "vision" || abilities.vision !== false;
}

export function findModels(
  models: readonly Model[],
  { work, query }: { work: ModelWork; query: string },
): ModelGroup[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  const byProvider = new Map<string, Model[]>();
  for (const model of models) {
    if (!canDo(model, work) || !matches(model, words)) continue;
    const group = byProvider.get(model.provider);
    if (group) group.push(model);
    else byProvider.set(model.provider, [model]);
  }
  const limit = Math.max(shownOfEach, Math.floor(shownInAll / Math.max(1, byProvider.size)));
  return [...byProvider].map(([provider, found]) => {
    const sorted = found.sort(byUse(work, words));
    return { provider, shown: sorted.slice(0, limit), more: Math.max(0, sorted.length - limit) };
  });
}

function matches(model: Model, words: readonly string[]): boolean {
  const text = foldText(`${model.id} ${model.name}`);
  return words.every((word) => text.includes(word));
}

const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Sorts models that begin with the words first, and those that cannot do everything last. */
function byUse(work: ModelWork, words: readonly string[]) {
  const first = words[0] ?? "";
  const rank = ({ model, abilities }: Model): number =>
    (first !== "" && model.toLowerCase().startsWith(first) ? 0 : 8) +
    (special.test(model) ? 4 : 0) +
    ((work === "vision" ? abilities.vision !== true : abilities.tools === false) ? 1 : 0);
  return (a: Model, b: Model): number => rank(a) - rank(b) || natural.compare(a.model, b.model);
}

/** Matches the names of models meant for work; small, old and special ones are left to people who search for them. */
const wellKnown: readonly RegExp[] = [
  /claude.*sonnet/i,
  /^(openai\/)?gpt-5(\.\d+)?$/i,
  /gemini-.*pro(?!.*(image|tts|vision))/i,
  /deepseek-chat/i,
  /kimi-k\d/i,
  /mistral-(large|medium)/i,
  /grok-\d+(?!.*(image|vision|mini))/i,
  /qwen3/i,
  /llama-?[34]/i,
];
const special =
  /(audio|realtime|image|tts|whisper|moderation|search|transcribe|embed|guard|instruct-base|dall-e|sora)/i;

/** Returns a good one to begin with: a general model by its name that takes tools, as far as is known. Null when nothing can chat. */
export function suggestModel(models: readonly Model[]): Model | null {
  const able = models.filter((model) => canDo(model, "chat"));
  const score = (model: Model): number => {
    const known = wellKnown.findIndex((pattern) => pattern.test(model.model));
    return (
      (model.abilities.tools === true ? 0 : model.abilities.tools === null ? 100 : 1_000) +
      (special.test(model.model) ? 50 : 0) +
      (known < 0 ? wellKnown.length : known)
    );
  };
  // Of two with the same name, the later number is newer.
  return [...able].sort((a, b) => score(a) - score(b) || natural.compare(b.model, a.model))[0] ?? null;
}
