/** Defines the endpoints of topics. */
import { changeTopic, createTopic, deleteTopic } from "@reef/engine/topic/topics";
import { TopicId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { NewTopic, Topic, TopicPatch } from "@reef/protocol/topic";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: TopicId });
const tag = "Topics";
/** Names the undo of the act, where the answer has no body. */
const undoHeader = "reef-undo";

export function topicRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/topics",
        tag,
        summary: "Create a topic",
        body: NewTopic,
        status: 201,
        answer: Topic,
      },
      ({ body }) => createTopic(deps, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/topics",
        tag,
        summary: "List topics, by order",
        query: z.strictObject(pageQuery),
        status: 200,
        answer: pageOf(Topic),
      },
      ({ query }) => deps.store.read.topics(pageOfQuery(query)),
    ),
    route(
      { method: "get", path: "/v1/topics/{id}", tag, summary: "Read a topic", params, status: 200, answer: Topic },
      ({ params: { id } }) => found(deps.store.read.topic(id), "topic"),
    ),
    route(
      {
        method: "patch",
        path: "/v1/topics/{id}",
        tag,
        summary: "Change a topic",
        params,
        body: TopicPatch,
        status: 200,
        answer: Topic,
      },
      async ({ params: { id }, body }) => {
        await found(deps.store.read.topic(id), "topic");
        return changeTopic(deps, id, body);
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/topics/{id}",
        tag,
        summary: "Delete a topic",
        description:
          "Its sessions stay, without a topic. The header `Reef-Undo` of the answer names the token that restores it with them: `POST /v1/undo/{token}`.",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => {
        const { undo } = await deleteTopic(deps, id);
        return new Response(null, { status: 204, headers: undo === null ? {} : { [undoHeader]: undo } });
      },
    ),
  ];
}
