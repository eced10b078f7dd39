/** Finds what prevents deleting a provider: bots that name one of its models, and the work whose chosen model it has. */
import type { Bot } from "@reef/protocol/bot";
import type { ModelDefaultsInUse } from "@reef/protocol/model";
import type { ModelWork } from "../model/find-models.ts";

export const titleByWork: Readonly<Record<ModelWork, string>> = {
  chat: "Chat",
  consolidation: "Memory review",
  embedding: "Search by meaning",
  vision: "Images",
  fallback: "Fallback",
};

export const works = [
  "chat",
  "consolidation",
  "embedding",
  "vision",
  "fallback",
] as const satisfies readonly ModelWork[];

export function usesOf(
  { name }: { readonly name: string },
  {
    bots,
    defaults,
  }: {
    readonly bots: readonly Pick<Bot, "name" | "runtime" | "model" | "fallbackModel">[];
    readonly defaults: ModelDefaultsInUse | null;
  },
): { readonly bots: readonly string[]; readonly works: readonly ModelWork[] } {
  const isOwn = (model: string | null | undefined): boolean => model?.startsWith(`${name}/`) ?? false;
  return {
    bots: bots
      .filter(({ runtime, model, fallbackModel }) => runtime !== "openclaw" && (isOwn(model) || isOwn(fallbackModel)))
      .map((bot) => bot.name),
    works: works.filter((work) => isOwn(defaults?.[work])),
  };
}
