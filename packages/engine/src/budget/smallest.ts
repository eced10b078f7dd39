/**
 * Says what the smallest limit is under which a call can leave at all: a budget that is less than one call asks before
 * the first. It is taken from the newest call of its scope, or of everything: what a call needs is known only when it is
 * made.
 */
import type { Budget, BudgetScope, SmallestLimit } from "@reef/protocol/budget";
import { msToIso } from "@reef/protocol/time";
import type { Deps } from "../deps.ts";
import { leastOutputTokens } from "./need.ts";
import { tokenWords, usdWords } from "./words.ts";

/** A call that is older says little of the next one. */
const recentMs = 30 * 86_400_000;
/** As for a reservation: its window may be estimated too low. */
const margin = 1.2;

/** Null while no model call is known. */
export async function readSmallest(
  { store, clock }: Pick<Deps, "store" | "clock">,
  scope: BudgetScope,
): Promise<SmallestLimit | null> {
  const since = msToIso(clock.now() - recentMs);
  const own = await store.read.newestCall(scope, since);
  const call = own ?? (await store.read.newestCall({ kind: "whole" }, since));
  if (call === null) return null;
  const tokens = Math.ceil(call.inputTokens * margin) + leastOutputTokens;
  const used = Math.max(1, call.inputTokens + call.outputTokens);
  const usd = call.costUsd === null ? null : Math.ceil(((call.costUsd * tokens) / used) * 1e6) / 1e6;
  return { tokens, usd, isOwn: own !== null };
}

/** Returns a warning for a limit below what one call needs; null if it is enough, or not known. */
export function tooSmallWords(
  {
    limitUsd,
    limitTokens,
    extraUsd,
    extraTokens,
  }: Pick<Budget, "limitUsd" | "limitTokens" | "extraUsd" | "extraTokens">,
  smallest: SmallestLimit | null,
): string | null {
  if (smallest === null) return null;
  const { tokens, usd } = smallest;
  const needs = [
    ...(limitUsd !== null && usd !== null && limitUsd + extraUsd < usd ? [usdWords(usd)] : []),
    ...(limitTokens !== null && limitTokens + extraTokens < tokens ? [tokenWords(tokens)] : []),
  ];
  if (needs.length === 0) return null;
  return `This is less than one call needs, so it asks before the first one: a call like the latest needs about ${needs.join(" and ")}.`;
}
