/**
 * Defines the endpoints for monitoring (is it alive, can it serve, its numbers) and the one that leads to the socket.
 */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import type { AppParts } from "./app-parts.ts";
import { type Route, route } from "./route.ts";

const tag = "Server";
const Health = z.object({ status: z.string() });

export function systemRoutes({ edge, metrics, isReady }: AppParts): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/healthz",
        tag,
        summary: "Check that the server is alive",
        isOpen: true,
        status: 200,
        answer: Health,
      },
      async () => ({ status: "ok" }),
    ),
    route(
      {
        method: "get",
        path: "/readyz",
        tag,
        summary: "Check whether the server can serve requests",
        description:
          "503, with the reason, while the server is stopping, its store cannot be read or written, or it is drained.",
        isOpen: true,
        status: 200,
        answer: Health,
      },
      async () => {
        const problem = edge.deps.store.problem();
        if (problem !== null) throw new AppError("unavailable", problem);
        const isReadable = await edge.deps.store.read.eventBounds().then(
          () => true,
          () => false,
        );
        if (edge.fleet.isDrained) throw new AppError("unavailable", "this worker is drained and can be stopped");
        if (!isReady() || !isReadable) throw new AppError("unavailable", "the server cannot serve requests now");
        return { status: "ready" };
      },
    ),
    route(
      {
        method: "get",
        path: "/metrics",
        tag,
        summary: "Read metrics, for Prometheus",
        status: 200,
        answer: "text/plain",
      },
      async () => {
        const { contentType, text } = await metrics.render({
          store: edge.deps.store,
          hub: edge.hub,
          running: edge.runningTurns(),
          models: edge.modelUses(),
        });
        return new Response(text, { headers: { "content-type": contentType } });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/socket",
        tag: "Events",
        summary: "Follow every change and live text, over a WebSocket",
        description:
          'First frame `{type:"hello", after}`: resume after this event, -1 for from now on. Then each text message is one `ServerFrame` as JSON: `welcome`, `event`, `delta`, `reset`, `pong` and others.',
        status: 101,
        answer: null,
      },
      async () => {
        throw new AppError("invalid_request", "expected a WebSocket upgrade");
      },
    ),
  ];
}
