/** Reads the MCP servers with their tools, and whether boxes run here. Events and the answers of writes keep them true. */
import type { McpServer } from "@reef/protocol/mcp";
import { type QueryClient, queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReadContext } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

const serversKey = ["mcp-servers"] as const;
/** Whether a server runs changes without an event. */
const readEveryMs = 10_000;

function serversQuery({ client, whenSubscribed }: ReadContext) {
  return queryOptions({
    queryKey: serversKey,
    queryFn: async (): Promise<readonly McpServer[]> => {
      await whenSubscribed();
      return (await wholeClient(client).mcpServers()).items;
    },
    staleTime: 5_000,
    refetchInterval: readEveryMs,
  });
}

export function useMcpServers(): UseQueryResult<readonly McpServer[]> {
  const { live, queryClient, reads } = useReef();
  useEffect(
    () =>
      live.onEvents((events) => {
        const isOther = events.some(({ type }) => type.startsWith("mcp_server.") || type === "bot.changed");
        if (isOther) void queryClient.invalidateQueries({ queryKey: serversKey });
      }),
    [live, queryClient],
  );
  return useQuery(serversQuery(reads));
}

/** Shows the answer of a write immediately. */
export function takeServer(queryClient: QueryClient, server: McpServer): void {
  queryClient.setQueryData<readonly McpServer[]>(serversKey, (servers) =>
    servers?.some(({ id }) => id === server.id)
      ? servers.map((each) => (each.id === server.id ? server : each))
      : [...(servers ?? []), server],
  );
}

export async function readServersAgain(queryClient: QueryClient): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: serversKey });
}

/** It is found out at the server's start. */
export function boxQuery({ client }: ReadContext) {
  return queryOptions({
    queryKey: ["box"] as const,
    queryFn: () => wholeClient(client).box(),
    staleTime: 60_000,
  });
}
