/**
 * Computes what bots have used since midnight. The server says once what each had used before; the rest follows from
 * the spend in every change of a bot, so that the number is live without being read again.
 */
import type { Bot, Usage } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { Pulse } from "@reef/protocol/overview";
import { noUsage, withoutUsage } from "@reef/protocol/usage";
import { queryOptions } from "@tanstack/react-query";
import type { ReadContext } from "../queries.ts";
import { wholeClient } from "../whole-client.ts";

/** Returns midnight here, as milliseconds since the epoch. */
export function dayStartMs(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/** Reads what each bot had used when the day began. */
export function spentBeforeQuery({ client, whenSubscribed }: ReadContext, startMs: number) {
  return queryOptions({
    queryKey: ["spent-before", startMs],
    queryFn: async (): Promise<ReadonlyMap<BotId, Usage>> => {
      await whenSubscribed();
      const pulse: Pulse = await wholeClient(client).pulse({
        since: new Date(startMs).toISOString(),
        bucketMs: 86_400_000,
      });
      return new Map(pulse.items.map(({ botId, spentBefore }) => [botId, spentBefore]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A bot that is not in `before` was created today. */
export function usedToday({ id, spend }: Pick<Bot, "id" | "spend">, before: ReadonlyMap<BotId, Usage>): Usage {
  return withoutUsage(spend, before.get(id) ?? noUsage);
}
