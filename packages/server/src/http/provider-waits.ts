/** Defines the endpoints of models that are away: what waits for each, and one retry of all of it (TU9). */
import { readProviderTroubles, retryProvider } from "@reef/engine/bulk/provider-waits";
import { ProviderRetried, ProviderRetry, ProviderTroubleList } from "@reef/protocol/provider-wait";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Models";

export function providerWaitRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/provider-waits",
        tag,
        summary: "List the models that turns wait for, because their provider is down or limits its requests",
        description:
          "One item for each model, with the sessions that wait and the dead letters of those that waited too long; the most affected first. Read it again when sessions or messages change.",
        status: 200,
        answer: ProviderTroubleList,
      },
      async () => ({ items: [...(await readProviderTroubles(deps))] }),
    ),
    route(
      {
        method: "post",
        path: "/v1/provider-waits/retry",
        tag,
        summary: "Retry everything that waits for a model, or failed because it was away for too long",
        description:
          "Turns that wait try again now, also if their provider was down a moment ago, and dead letters go back into their mailboxes. Nothing happens for a model that nothing waits for.",
        body: ProviderRetry,
        status: 200,
        answer: ProviderRetried,
      },
      ({ body }) => retryProvider(deps, body.model),
    ),
  ];
}
