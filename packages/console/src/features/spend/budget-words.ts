/** Puts a budget into words: its scope, its limits, and how much of them is used. */
import type { Budget, SmallestLimit } from "@reef/protocol/budget";
import { usdLabel } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";

const periodWords: Readonly<Record<Budget["period"], string>> = {
  day: "a day",
  month: "a month",
  total: "in total",
};

export interface Names {
  readonly bot: (id: string) => string | undefined;
  readonly topic: (id: string) => string | undefined;
  readonly session: (id: string) => string | undefined;
}

export function scopeLabel(scope: Budget["scope"], names: Names): string {
  switch (scope.kind) {
    case "whole":
      return "Everything";
    case "bot":
      return names.bot(scope.id) ?? "A bot";
    case "topic":
      return names.topic(scope.id) ?? "A topic";
    case "session":
      return names.session(scope.id) ?? "A session";
    case "tree":
      return `${names.session(scope.id) ?? "A session"} and all below it`;
    case "chain":
      return "The work from one message";
    default:
      return scope satisfies never;
  }
}

/** Such as “$3.10 of $5 a day”. */
export function usedLabel(budget: Budget): string {
  const { limitUsd, limitTokens, extraUsd, extraTokens, spentUsd, spentTokens, period } = budget;
  const parts = [
    ...(limitUsd === null ? [] : [`${usdLabel(spentUsd)} of ${usdLabel(limitUsd + extraUsd)}`]),
    ...(limitTokens === null ? [] : [`${shortCount(spentTokens)} of ${shortCount(limitTokens + extraTokens)} tokens`]),
  ];
  return `${parts.join(", ")} ${periodWords[period]}`;
}

/** The larger share of its limits, 0 to 1 and more. */
export function usedShare({ limitUsd, limitTokens, extraUsd, extraTokens, spentUsd, spentTokens }: Budget): number {
  const share = (limit: number | null, extra: number, spent: number): number =>
    limit === null ? 0 : limit + extra === 0 ? 1 : spent / (limit + extra);
  return Math.max(share(limitUsd, extraUsd, spentUsd), share(limitTokens, extraTokens, spentTokens));
}

/** What else a person should know of it; empty if nothing. */
export function budgetNotes({ limitUsd, reservedUsd, reservedTokens, unpricedCalls, state, setBy }: Budget): string {
  const reserved = limitUsd === null ? `${shortCount(reservedTokens)} tokens` : usdLabel(reservedUsd);
  const notes = [
    ...(state === "out" ? ["used up"] : state === "warn" ? ["nearly used up"] : []),
    ...(reservedTokens > 0 ? [`${reserved} reserved`] : []),
    ...(limitUsd !== null && unpricedCalls > 0 ? [`${countOf(unpricedCalls, "call")} without a known price`] : []),
    `set by ${setBy}`,
  ];
  return notes.join(" · ");
}

/** Says what one call needs, and whether the limits as typed are less. */
export function smallestLabel(
  { tokens, usd, isOwn }: SmallestLimit,
  typed: { readonly usd: string; readonly tokens: string },
): string {
  const needs = [`${countOf(tokens, "token")}`, ...(usd === null ? [] : [usdLabel(usd)])].join(" or ");
  const isLess = (text: string, least: number | null): boolean =>
    text.trim() !== "" && least !== null && Number(text) < least;
  const call = isOwn ? "A call like the latest one" : "It has no calls yet. One like the latest of all bots";
  if (isLess(typed.usd, usd) || isLess(typed.tokens, tokens)) {
    return `${call} needs about ${needs}: a smaller limit asks you before its first call.`;
  }
  return `${call} needs about ${needs}.`;
}
