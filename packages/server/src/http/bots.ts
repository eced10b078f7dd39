/** Defines the endpoints of bots. */
import { changeBot, createBot, deleteBot, pauseBot, resumeBot } from "@reef/engine/registry/bots";
import { Bot, BotPatch, NewBot } from "@reef/protocol/bot";
import { BotId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: BotId });
const tag = "Bots";

export function botRoutes({ deps, defaults }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/bots",
        tag,
        summary: "Create a bot",
        body: NewBot,
        takes: "text",
        status: 201,
        answer: Bot,
      },
      ({ body }) => createBot(deps, body, defaults().runtime),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots",
        tag,
        summary: "List bots, by name",
        query: z.strictObject(pageQuery),
        status: 200,
        answer: pageOf(Bot),
      },
      ({ query }) => deps.store.read.bots(pageOfQuery(query)),
    ),
    route(
      { method: "get", path: "/v1/bots/{id}", tag, summary: "Read a bot", params, status: 200, answer: Bot },
      ({ params: { id } }) => found(deps.store.read.bot(id), "bot"),
    ),
    route(
      {
        method: "patch",
        path: "/v1/bots/{id}",
        tag,
        summary: "Change a bot",
        description: "A running turn keeps the settings it started with.",
        params,
        body: BotPatch,
        takes: "text",
        status: 200,
        answer: Bot,
      },
      async ({ params: { id }, body }) => {
        await found(deps.store.read.bot(id), "bot");
        return changeBot(deps, id, body);
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/bots/{id}",
        tag,
        summary: "Stop and delete a bot with its sessions",
        params,
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteBot(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/pause",
        tag,
        summary: "Pause a bot",
        description: "Its messages wait; a running turn finishes.",
        params,
        status: 200,
        answer: Bot,
      },
      ({ params: { id } }) => pauseBot(deps, id),
    ),
    route(
      { method: "post", path: "/v1/bots/{id}/resume", tag, summary: "Resume a bot", params, status: 200, answer: Bot },
      ({ params: { id } }) => resumeBot(deps, id),
    ),
  ];
}
