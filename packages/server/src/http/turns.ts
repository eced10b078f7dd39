/** Defines the endpoints of turns, and the timeline over all bots. */
import { BotId, SessionId, TurnId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { Activity, ActivityFilter } from "@reef/protocol/request";
import { SessionUsage, type Step, Turn, TurnSums, TurnWithSteps } from "@reef/protocol/turn";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Turns";
/** A timeline shows the first words; the message has the whole text. */
const maxActivityText = 500;

export function turnRoutes(edge: Edge): readonly Route[] {
  const { read } = edge.deps.store;
  return [
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/turns",
        tag,
        summary: "List a session's turns, newest first",
        params: z.object({ id: SessionId }),
        query: z.strictObject(pageQuery),
        status: 200,
        answer: pageOf(Turn),
      },
      async ({ params: { id }, query }) => {
        await found(read.session(id), "session");
        return read.turns({ sessionId: id }, pageOfQuery(query));
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/turn-sums",
        tag,
        summary: "Read the totals of a session's turns",
        params: z.object({ id: SessionId }),
        status: 200,
        answer: TurnSums,
      },
      async ({ params: { id } }) => {
        await found(read.session(id), "session");
        return read.turnSums(id);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/sessions/{id}/usage",
        tag,
        summary: "Read what a session has used, and how full its model's context is",
        description:
          "`context` describes the newest model call. An unknown size, count or price is null, or counted in `unpricedCalls`; it is never 0.",
        params: z.object({ id: SessionId }),
        status: 200,
        answer: SessionUsage,
      },
      async ({ params: { id } }) => {
        await found(read.session(id), "session");
        const [sums, step] = await Promise.all([read.turnSums(id), read.lastAnswer(id)]);
        return { ...sums, context: step === null ? null : toContext(step) };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/turns/{id}",
        tag,
        summary: "Read a turn with its steps, usage and crash receipt",
        params: z.object({ id: TurnId }),
        status: 200,
        answer: TurnWithSteps,
      },
      ({ params: { id } }) => found(read.turn(id), "turn"),
    ),
    route(
      {
        method: "get",
        path: "/v1/activity",
        tag,
        summary: "Read the timeline of all bots: turns, newest first",
        query: z.strictObject({ ...pageQuery, ...ActivityFilter.shape, botId: BotId.optional() }),
        status: 200,
        answer: pageOf(Activity),
      },
      async ({ query: { limit, cursor, ...filter } }) => {
        const page = await read.turns(filter, pageOfQuery({ limit, cursor }));
        return { items: await Promise.all(page.items.map((turn) => toActivity(edge, turn))), next: page.next };
      },
    ),
  ];
}

function toContext({ model, windowTokens, contextTokens, compactsAt, at }: Step): SessionUsage["context"] {
  return { model, usedTokens: windowTokens, limitTokens: contextTokens, compactsAt, at };
}

async function toActivity({ deps: { store } }: Edge, turn: Turn): Promise<Activity> {
  const [bot, session, ...messages] = await Promise.all([
    store.read.bot(turn.botId),
    store.read.session(turn.sessionId),
    ...turn.messageIds.map((id) => store.read.message(id)),
  ]);
  return {
    turn,
    botName: bot?.name ?? "",
    sessionTitle: session?.title ?? "",
    messages: messages.flatMap((message) =>
      message === null
        ? []
        : [
            {
              id: message.id,
              from: message.from,
              text: message.text.slice(0, maxActivityText),
              purpose: message.purpose,
              state: message.state,
            },
          ],
    ),
  };
}
