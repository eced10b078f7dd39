/**
 * Defines the endpoints for runtimes that run a bot's tools themselves: Reef's tools for it, and its memory for a
 * prompt.
 */
import type { SessionRef } from "@reef/engine/call/call-session";
import { CallResult, NewCall, PromptRecall, RecallRequest } from "@reef/protocol/call";
import { BotId, type SessionId } from "@reef/protocol/ids";
import { BotTool } from "@reef/protocol/tool";
import { z } from "zod";
import { adoptCaller } from "../gateways/adopt-caller.ts";
import { type Edge, found } from "./edge.ts";
import { idempotencyKeyOf } from "./messages.ts";
import { booleanQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Calls";
const ofBot = z.object({ id: BotId });
const ofTool = z.object({ id: BotId, name: z.string().min(1).max(200) });

export function callRoutes(edge: Edge): readonly Route[] {
  const { deps, calls } = edge;
  const knownBot = (id: BotId) => found(deps.store.read.bot(id), "bot");
  return [
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/tools",
        tag,
        summary: "List a bot's tools",
        description:
          "Reef's own, those of its box and its skills, and those of its MCP servers. With each tool stands what it is: where it comes from, what a call changes, whose words it brings, whom it tells, whether a person must allow it, what becomes of a call that a crash cut off, and whether it may be called from outside Reef's loop.",
        params: ofBot,
        query: z.strictObject({
          all: booleanQuery.meta({
            description: "Every tool of Reef's own instead, also those that this bot may not use.",
          }),
        }),
        status: 200,
        answer: z.object({ items: z.array(BotTool) }),
      },
      async ({ params: { id }, query: { all } }) => {
        const bot = await knownBot(id);
        return { items: await calls.listTools(bot, all === true ? "own" : "all") };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/tools/{name}",
        tag,
        summary: "Call a tool as a bot",
        description:
          "For runtimes that run tools themselves. While a turn of Reef runs in the session, the call belongs to it. What the tool says is in `text`, even if it failed (`isError`). A call with the same idempotency key in the same session runs once. An answer that does not come within `waitSeconds` arrives in the session as a message.",
        params: ofTool,
        body: NewCall,
        takes: "text",
        headers: [{ name: "Idempotency-Key", description: "Makes it safe to repeat the call; the callId by default." }],
        status: 200,
        answer: CallResult,
      },
      async ({ params: { id, name }, body, request }) => {
        const { callId, input, waitSeconds = 0, heardOthers = false } = body;
        const key = idempotencyKeyOf(request) ?? callId;
        const call = { name, callId, key, input, waitMs: waitSeconds * 1000, hasHeardOthers: heardOthers };
        const bot = await knownBot(id);
        if (body.sessionKey !== undefined) {
          await adoptCaller(edge, { bot, sessionKey: body.sessionKey, toolName: name, signal: request.signal });
        }
        return calls.callTool(bot, { ...call, session: refOf(body) }, request.signal);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/recall",
        tag,
        summary: "Read what a bot remembers, ready for a prompt",
        description:
          "For runtimes that build their own prompts: the bot's blocks, and its memories that match `text`, as quoted data. Empty for an incognito session, and while a turn of Reef runs there: that turn got its memory when it started.",
        params: ofBot,
        body: RecallRequest,
        takes: "text",
        status: 200,
        answer: PromptRecall,
      },
      async ({ params: { id }, body }) =>
        calls.recallForPrompt(await knownBot(id), { session: refOf(body), text: body.text }),
    ),
  ];
}

function refOf({
  sessionId,
  sessionKey = "",
}: {
  readonly sessionId?: SessionId | undefined;
  readonly sessionKey?: string | undefined;
}): SessionRef {
  return sessionId === undefined ? { sessionKey } : { sessionId };
}
