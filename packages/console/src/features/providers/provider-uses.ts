/** Finds what prevents deleting a provider: bots that name one of its models, and the work whose chosen model it has. */
import type { Bot } from "@reef/protocol/bot";
import type { ModelDefaultsInUse } from "@reef/protocol/model";
import type { ModelWork } from "../model/find-models.ts";

export const titleByWork: Readonly<Record<ModelWork, string>> = {
  chat: "Chat",
  consolidation: "Memory review",
  embedding: "Search by meaning",
  vision: "Images",
};

export const works = ["chat", "consolidation", "embedding", "vision"] as const satisfies readonly ModelWork[];

export function usesOf(
  { name }: { readonly name: string },
  {
    bots,
    defaults,
  }: {
    readonly bots: readonly Pick<Bot, "name" | "runtime" | "model">[];
    readonly defaults: ModelDefaultsInUse | null;
  },
): { readonly bots: readonly string[]; readonly works: readonly ModelWork[] } {
  const isOwn = (model: string | null | undefined): boolean => model?.startsWith(`${name}/`) ?? false;
  return {
    bots: bots.filter(({ runtime, model }) => runtime !== "openclaw" && isOwn(model)).map((bot) => bot.name),
    works: works.filter((work) => isOwn(defaults?.[work])),
  };
}
