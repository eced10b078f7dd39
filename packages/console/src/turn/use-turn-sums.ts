/** The numbers of one session's turns, live. A session that runs makes its time move. */
import type { Usage } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { turnsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { useNow } from "../ui/use-now.ts";
import { noTurnSums, sumTurns, workedMs } from "./turn-sums.ts";

export function useTurnSums(sessionId: SessionId): { readonly used: Usage; readonly workedMs: number } {
  const { reads } = useReef();
  const { data: turns } = useQuery(turnsQuery(reads, sessionId));
  const sums = useMemo(() => (turns ? sumTurns(turns) : noTurnSums), [turns]);
  const now = useNow(1000, sums.openSinceMs !== null);
  return { used: sums.used, workedMs: workedMs(sums, now) };
}
