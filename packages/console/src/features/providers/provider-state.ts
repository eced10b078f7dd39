/**
 * Derives a provider's state from the best evidence at hand: its switch, the server's word, its latest test, its list of models.
 */
import type { Provider, ProviderTest } from "@reef/protocol/provider";
import type { ShownStatus } from "../../ui/shown-status.ts";
import { verdictOf } from "./provider-words.ts";

export interface ProviderState {
  readonly sign: ShownStatus;
  readonly words: string;
  /** One sentence; null while nothing is wrong. */
  readonly reason: string | null;
}

export function providerState({
  provider,
  test,
  problem,
}: {
  readonly provider: Provider;
  readonly test: ProviderTest | null;
  /** Why its models could not be listed. */
  readonly problem: string | null;
}): ProviderState {
  if (!provider.enabled) return { sign: "paused", words: "disabled", reason: null };
  if (provider.problem !== null) return { sign: "needs_you", words: "needs attention", reason: provider.problem };
  if (provider.secret !== null && !provider.hasKey) {
    return { sign: "needs_you", words: "needs its key", reason: "Its key is missing. Edit it to enter the key again." };
  }
  const verdict = test ? verdictOf(test) : null;
  if (verdict?.tone === "failed") return { sign: "failed", words: "failed its test", reason: null };
  if (verdict?.tone === "warn") return { sign: "idle", words: "works without tools", reason: null };
  if (verdict) return { sign: "idle", words: "works", reason: null };
  if (problem !== null) return { sign: "failed", words: "not working", reason: `Couldn't list its models: ${problem}` };
  return { sign: "idle", words: "enabled", reason: null };
}
