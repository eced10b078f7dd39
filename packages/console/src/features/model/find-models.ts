/**
 * Which models a picker shows: those that can do the work, found by words, in groups by provider. A server may list a
 * thousand, so a group shows its first few and says how many more there are.
 */
import { foldText } from "@reef/protocol/fold-text";
import type { Model } from "@reef/protocol/model";

/** What a model is chosen for. */
export type ModelWork = "chat" | "consolidation" | "embedding" | "vision";

export interface ModelGroup {
  readonly provider: string;
  readonly shown: readonly Model[];
  /** How many more the words have found. */
  readonly more: number;
}

/** Rows that are drawn at most; the rest is found by typing. */
const shownInAll = 120;
const shownOfEach = 8;

/** What is known not to do the work is left out; what nobody knows of is not. */
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

/** What begins with the words first, and what cannot do everything last. */
function byUse(work: ModelWork, words: readonly string[]) {
  const first = words[0] ?? "";
  const rank = ({ model, abilities }: Model): number =>
    (first !== "" && model.toLowerCase().startsWith(first) ? 0 : 8) +
    (special.test(model) ? 4 : 0) +
    ((work === "vision" ? abilities.vision !== true : abilities.tools === false) ? 1 : 0);
  return (a: Model, b: Model): number => rank(a) - rank(b) || natural.compare(a.model, b.model);
}

/** The models that are meant for work, by what their names say; the small, old and special ones are for those who look for them. */
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

/** A good one to begin with: it takes tools as far as is known, and its name is that of a general model. Null when nothing can chat. */
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
  // Of two of one name the later number is the newer one.
  return [...able].sort((a, b) => score(a) - score(b) || natural.compare(b.model, a.model))[0] ?? null;
}
