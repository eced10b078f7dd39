/** Returns what each bot has used since midnight here, and all together: the same sum for every part that shows it. */
import type { Bot, Usage } from "@reef/protocol/bot";
import { addUsage, noUsage } from "@reef/protocol/usage";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNow } from "../../ui/use-now.ts";
import { botsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { dayStartMs, spentBeforeQuery, usedToday } from "./today.ts";

export interface SpentToday {
  readonly total: Usage;
  /** Only bots that used something, the costliest first. */
  readonly bots: readonly { readonly bot: Bot; readonly used: Usage }[];
}

/** Returns null until it is known. */
export function useSpentToday(): SpentToday | null {
  const { reads } = useReef();
  const startMs = dayStartMs(useNow(60_000));
  const { data: before } = useQuery(spentBeforeQuery(reads, startMs));
  const { data: bots } = useQuery(botsQuery(reads));
  return useMemo(() => {
    if (!before || !bots) return null;
    const used = [...bots.values()].map((bot) => ({ bot, used: usedToday(bot, before) }));
    const tokens = ({ inputTokens, outputTokens }: Usage): number => inputTokens + outputTokens;
    return {
      total: used.reduce((sum, each) => addUsage(sum, each.used), noUsage),
      bots: used
        .filter((each) => each.used.costUsd > 0 || tokens(each.used) > 0)
        .sort((a, b) => b.used.costUsd - a.used.costUsd || tokens(b.used) - tokens(a.used)),
    };
  }, [before, bots]);
}
