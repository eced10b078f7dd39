/** Reads models and providers. Everything under these keys is read again when an event says that one changed. */
import type { ModelDefaultsInUse, ModelList } from "@reef/protocol/model";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { queryKeys, type ReadContext } from "../../data/queries.ts";
import { wholeClient } from "../../data/whole-client.ts";

export function modelsQuery({ client, whenSubscribed }: ReadContext) {
  return queryOptions({
    queryKey: [...queryKeys.models, "list"] as const,
    queryFn: async (): Promise<ModelList> => {
      await whenSubscribed();
      return wholeClient(client).models();
    },
    staleTime: 60_000,
  });
}

export function modelDefaultsQuery({ client, whenSubscribed }: ReadContext) {
  return queryOptions({
    queryKey: [...queryKeys.models, "defaults"] as const,
    queryFn: async (): Promise<ModelDefaultsInUse> => {
      await whenSubscribed();
      return wholeClient(client).modelDefaults();
    },
    staleTime: 60_000,
  });
}

/** Asks the providers themselves again, even if they were asked a moment ago. */
export async function readModelsAnew({ client }: Pick<ReadContext, "client">, queryClient: QueryClient): Promise<void> {
  const queryKey = [...queryKeys.models, "list"];
  await queryClient.cancelQueries({ queryKey });
  await queryClient
    .fetchQuery({ queryKey, queryFn: () => wholeClient(client).models({ refresh: true }), staleTime: 0 })
    .catch(() => undefined); // the list says why itself
}
