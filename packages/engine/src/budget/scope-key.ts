/** Names the scopes that count for a piece of work: a budget counts if its scope is one of them. */
import type { BudgetScope } from "@reef/protocol/budget";
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { Spender } from "../port/budget.ts";

export interface SpenderKeys {
  readonly bot: string;
  readonly session: string;
  readonly tree: string;
  /** Empty if it has none, which no scope's name is. */
  readonly topic: string;
  readonly chain: string;
}

export const wholeKey = "whole:";

export function scopeToKey(scope: BudgetScope): string {
  return scope.kind === "whole" ? wholeKey : `${scope.kind}:${scope.id}`;
}

export function keyToScope(key: string): BudgetScope {
  const [kind, id] = key.split(":");
  return (kind === "whole" ? { kind } : { kind, id }) as BudgetScope;
}

export function keysOf(
  { botId, sessionId, chainId }: Spender,
  place: { readonly rootId: SessionId; readonly topicId: TopicId | null },
): SpenderKeys {
  return {
    bot: `bot:${botId}`,
    session: `session:${sessionId}`,
    tree: `tree:${place.rootId}`,
    topic: place.topicId === null ? "" : `topic:${place.topicId}`,
    chain: chainId === null ? "" : `chain:${chainId}`,
  };
}
