/** Reads providers and the secrets they use, and reads all of it again after a change. */
import type { FoundServer, Provider, ProviderOffer } from "@reef/protocol/provider";
import type { Secret } from "@reef/protocol/secret";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { queryKeys, type ReadContext } from "../../data/queries.ts";
import { wholeClient } from "../../data/whole-client.ts";

const keyOf = (what: string) => [...queryKeys.providers, what] as const;

export function providersQuery({ client, whenSubscribed }: ReadContext) {
  return queryOptions({
    queryKey: keyOf("list"),
    queryFn: async (): Promise<readonly Provider[]> => {
      await whenSubscribed();
      return (await wholeClient(client).providers()).items;
    },
    staleTime: 30_000,
  });
}

/** Offers do not change while the server runs. */
export function offersQuery({ client }: ReadContext) {
  return queryOptions({
    queryKey: ["provider-offers"] as const,
    queryFn: async (): Promise<readonly ProviderOffer[]> => (await wholeClient(client).providerOffers()).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The search may find an Ollama, which the server uses immediately: so models are read again. */
export function foundServersQuery({ client, queryClient }: ReadContext) {
  return queryOptions({
    queryKey: ["found-servers"] as const,
    queryFn: async (): Promise<readonly FoundServer[]> => {
      const { items } = await wholeClient(client).foundServers();
      void readProvidersAgain(queryClient);
      return items;
    },
    staleTime: 5_000,
  });
}

export function secretsQuery({ client }: ReadContext) {
  return queryOptions({
    queryKey: keyOf("secrets"),
    queryFn: async (): Promise<readonly Secret[]> => (await wholeClient(client).secrets()).items,
    staleTime: 30_000,
  });
}

/** The server stores no test of a provider; the page keeps it as long as it is open. */
export function testKey(providerId: string): readonly string[] {
  return ["provider-tests", providerId];
}

/** Resolves when what is on screen has been read again: a page that continues earlier would show old values. */
export async function readProvidersAgain(queryClient: QueryClient): Promise<void> {
  await Promise.all(
    [queryKeys.providers, queryKeys.models, queryKeys.status].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}
