/** Names what use is summed by, and puts the many small parts together, so that an answer stays bounded. */
import type { ChainId, SessionId, TopicId } from "@reef/protocol/ids";
import type { PartSpend, SpendBy } from "@reef/protocol/overview";
import type { IsoTime } from "@reef/protocol/time";
import type { Deps } from "../deps.ts";
import { sumParts, type UsedPart } from "../port/overview.ts";
import { oneLine } from "../prompt/defuse.ts";

/** A chain begins with each message of a person, so that there may be thousands. */
const mostParts = 100;
const nameLength = 80;
const messagesRead = 200;

const namelessBy: Readonly<Record<SpendBy, string>> = {
  bot: "unknown",
  model: "unknown model",
  topic: "no topic",
  tree: "deleted sessions",
  chain: "memory reviews",
};

/** Parts beyond the 100 that used most are one part “others” of each day. */
export async function readSpendBy(
  { store }: Pick<Deps, "store">,
  { by, ...range }: { readonly since: IsoTime; readonly before: IsoTime; readonly by: SpendBy },
): Promise<readonly PartSpend[]> {
  const used = await store.read.spendBy(range, by);
  const kept = largest(used);
  const isKept = ({ id }: UsedPart) => id === null || kept.has(id);
  const names = new Map<string, string>();
  for (const id of kept) names.set(id, oneLine(await nameOf(store.read, by, id), nameLength));
  const nameOfPart = ({ id }: UsedPart) => (id === null ? namelessBy[by] : (names.get(id) ?? id));
  const others = sumParts(used.filter((part) => !isKept(part)).map((part) => ({ ...part, id: null })));
  return [
    ...used.filter(isKept).map((part) => ({ ...part, name: nameOfPart(part) })),
    ...others.map((part) => ({ ...part, name: "others" })),
  ].sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
}

function largest(used: readonly UsedPart[]): ReadonlySet<string> {
  const sums = sumParts(used.map((part) => ({ ...part, day: "" })));
  const ids = sums
    .toSorted(
      (a, b) =>
        b.usage.costUsd - a.usage.costUsd ||
        b.usage.inputTokens + b.usage.outputTokens - a.usage.inputTokens - a.usage.outputTokens,
    )
    .flatMap(({ id }) => (id === null ? [] : [id]));
  return new Set(ids.slice(0, mostParts));
}

async function nameOf(read: Deps["store"]["read"], by: SpendBy, id: string): Promise<string> {
  switch (by) {
    case "model":
      return id;
    case "bot":
      return (await read.bot(id as never))?.name ?? "a deleted bot";
    case "topic":
      return (await read.topic(id as TopicId))?.name ?? "a deleted topic";
    case "tree":
      return (await read.session(id as SessionId))?.title ?? "deleted sessions";
    case "chain": {
      const { items } = await read.messages({ chainId: id as ChainId }, { limit: messagesRead, cursor: null });
      return items.at(-1)?.text ?? id;
    }
  }
}
