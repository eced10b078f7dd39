/** Defines the endpoints of asks: what waits for a person, and the answer (AS1). */
import { answerAsk, undoAnswer } from "@reef/engine/ask/answer";
import { Ask, AskAnswer, AskFilter } from "@reef/protocol/ask";
import { AskId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { callerName } from "./login.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: AskId });
const tag = "Asks";

export function askRoutes({ deps, guard }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/asks",
        tag,
        summary: "List asks: open ones first, oldest waiting first",
        query: z.strictObject({ ...pageQuery, ...AskFilter.shape }),
        status: 200,
        answer: pageOf(Ask),
      },
      ({ query: { limit, cursor, ...filter } }) => deps.store.read.asks(filter, pageOfQuery({ limit, cursor })),
    ),
    route(
      { method: "get", path: "/v1/asks/{id}", tag, summary: "Read an ask", params, status: 200, answer: Ask },
      ({ params: { id } }) => found(deps.store.read.ask(id), "ask"),
    ),
    route(
      {
        method: "post",
        path: "/v1/asks/{id}/answer",
        tag,
        summary: "Answer an ask, once",
        params,
        body: AskAnswer,
        takes: "text",
        status: 200,
        answer: Ask,
      },
      ({ params: { id }, body, request }) => answerAsk(deps, id, body, callerName(guard, request)),
    ),
    route(
      {
        method: "post",
        path: "/v1/asks/{id}/undo",
        tag,
        summary: "Take back an answer that has not taken effect",
        description: "Works for an answer given with `graceMs`, until that time is over; then `conflict`.",
        params,
        status: 200,
        answer: Ask,
      },
      ({ params: { id } }) => undoAnswer(deps, id),
    ),
  ];
}
