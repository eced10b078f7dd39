/** Reads the tools that a bot could be allowed. They change with the server alone. */
import type { BotId } from "@reef/protocol/ids";
import { queryOptions } from "@tanstack/react-query";
import type { ReadContext } from "../../data/queries.ts";
import { wholeClient } from "../../data/whole-client.ts";

export function toolsQuery({ client }: ReadContext, botId: BotId) {
  return queryOptions({
    queryKey: ["tools", botId] as const,
    queryFn: async () => (await wholeClient(client).botTools(botId, { all: true })).items,
    staleTime: 60_000,
  });
}
