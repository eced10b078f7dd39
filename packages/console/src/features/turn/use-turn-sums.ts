/** Returns the sums over all turns of one session, live: they are read again when a turn changed. An open turn makes the time move. */
import type { Usage } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import { noUsage } from "@reef/protocol/usage";
import { useReef } from "../../data/reef.ts";
import { useNow } from "../../ui/use-now.ts";
import { workedMs } from "./turn-sums.ts";
import { useReadAfterTurns } from "./use-read-after-turns.ts";

export function useTurnSums(sessionId: SessionId): {
  readonly turns: number;
  readonly used: Usage;
  readonly workedMs: number;
} {
  const { client } = useReef();
  const data = useReadAfterTurns(sessionId, { name: "turn-sums", read: () => client.turnSums(sessionId) });
  const openSinceMs = data?.openSince ? Date.parse(data.openSince) : null;
  const now = useNow(1000, openSinceMs !== null);
  return {
    turns: data?.turns ?? 0,
    used: data?.usage ?? noUsage,
    workedMs: workedMs({ endedMs: data?.endedMs ?? 0, openSinceMs }, now),
  };
}
