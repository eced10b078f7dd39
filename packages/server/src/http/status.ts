/** Builds the server's status for people. */
import { ServerStatus } from "@reef/protocol/request";
import { msToIso } from "@reef/protocol/time";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

export function statusRoutes(edge: Edge): readonly Route[] {
  const { deps } = edge;
  return [
    route(
      {
        method: "get",
        path: "/v1/status",
        tag: "Server",
        summary: "Read version, runtime, model, load and totals",
        status: 200,
        answer: ServerStatus,
      },
      async (): Promise<ServerStatus> => {
        await edge.models.settled();
        return {
          version: edge.version,
          ...edge.defaults(),
          runtimes: [...edge.runtimes()],
          startedAt: msToIso(edge.startedAtMs),
          uptimeMs: deps.clock.now() - edge.startedAtMs,
          maxTurns: deps.settings.maxTurns,
          running: edge.runningTurns(),
          socketClients: edge.hub.counts().clients,
          held: [...(await deps.store.read.holds())],
          totals: await deps.store.read.totals(),
        };
      },
    ),
  ];
}
