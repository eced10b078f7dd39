/**
 * Answers OpenAI's responses API with a bot. `previous_response_id` and `conversation` name the session; a client that
 * keeps its own history sends it as `input`.
 */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { type Route, route } from "../../http/route.ts";
import { answerChoreAs } from "../chore-reply.ts";
import { Content, readContent } from "../content.ts";
import type { Doors } from "../door-parts.ts";
import { enter } from "../enter.ts";
import { findBot } from "../find-bot.ts";
import { answerChore } from "../housekeeping.ts";
import { ignoredHeaders, offersTools, refused, requireNoForcedTool } from "../refused.ts";
import { answerWork } from "../reply.ts";
import { doorHeaders, readHead } from "../request-head.ts";
import { type DoorRequest, joinSaid, type SaidPart } from "../said.ts";
import { answerIdOf, nameKey, type SessionKey, sessionKeyOf, workOfAnswerId } from "../session-key.ts";
import { workHeaders } from "../work-headers.ts";
import { OpenAiProblem } from "./problem.ts";
import { readResponse } from "./read-response.ts";
import { responsesDialect } from "./responses-dialect.ts";

const Item = z.looseObject({ type: z.string().nullish(), role: z.string().nullish(), content: Content });

const ResponsesRequest = z
  .looseObject({
    model: z.string().min(1).max(400),
    input: z.union([z.string(), z.array(Item).min(1).max(20_000)]),
    instructions: z.string().nullish(),
    previous_response_id: z.string().max(400).nullish(),
    conversation: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
    stream: z.boolean().nullish(),
    background: z.boolean().nullish(),
    user: z.string().max(512).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .meta({ id: "OpenAiResponsesRequest" });
type ResponsesRequest = z.infer<typeof ResponsesRequest>;

const understood = new Set([
  ...["model", "input", "instructions", "previous_response_id", "conversation", "stream", "user", "metadata", "store"],
  ...["prompt_cache_key", "background", "text", "include"],
]);

export function openAiResponsesRoutes(doors: Doors): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/openai/v1/responses",
        tag: "OpenAI",
        summary: "Say something to a bot, as a response",
        description:
          "`previous_response_id` goes on after that answer; from an older one it goes back there, as editing a message does. `conversation` names a session.",
        query: z.looseObject({}),
        headers: doorHeaders,
        body: ResponsesRequest,
        takes: "history",
        problem: OpenAiProblem,
        status: 200,
        answer: z.looseObject({ id: z.string() }).meta({ id: "OpenAiResponse" }),
      },
      ({ body, request }) => answerResponse(doors, body, request),
    ),
    route(
      {
        method: "get",
        path: "/openai/v1/responses/{response}",
        tag: "OpenAI",
        summary: "Read a response again, or whether the bot is still at work",
        params: z.object({ response: z.string() }),
        query: z.looseObject({}),
        problem: OpenAiProblem,
        status: 200,
        answer: z.looseObject({ id: z.string() }).meta({ id: "OpenAiResponse" }),
      },
      async ({ params: { response: id } }) => {
        const { botName, created, finished } = await readResponse(doors, id);
        const dialect = responsesDialect({ id, model: botName, created, previous: null, metadata: {} });
        return finished === null ? dialect.atWork() : dialect.whole(finished);
      },
    ),
  ];
}

async function answerResponse(doors: Doors, body: ResponsesRequest, request: Request): Promise<Response> {
  requireNoForcedTool(body);
  requirePlainText(body);
  const { deps } = doors.edge;
  const bot = await findBot(deps.store.read, body.model);
  const { said, instructions } = readInput(body);
  const isStream = body.stream === true;
  const created = Math.floor(deps.clock.now() / 1000);
  const facts = {
    model: body.model,
    created,
    previous: body.previous_response_id ?? null,
    metadata: body.metadata ?? {},
  };
  const chore = answerChore({ said, instructions, maxTokens: body.max_output_tokens });
  if (chore !== null) return answerChoreAs(responsesDialect({ ...facts, id: "resp_chore" }), chore, isStream);
  const asked: DoorRequest = {
    bot,
    said,
    instructions: offersTools(body) ? "" : instructions,
    key: keyOf(body, request),
    ...readHead(request, body.metadata),
  };
  const work = await enter(doors, asked);
  return answerWork(doors, {
    work,
    dialect: responsesDialect({ ...facts, id: answerIdOf("resp", (work.message ?? work.ask)?.id) }),
    isStream,
    request,
    headers: { ...workHeaders(work), ...ignoredHeaders(body, understood) },
    cancelsOnAbort: asked.cancelsOnAbort,
  });
}

function keyOf(body: ResponsesRequest, { headers }: Request): SessionKey {
  const { previous_response_id: previous, conversation, metadata } = body;
  if (previous) {
    const id = workOfAnswerId(previous);
    if (id !== null) return { kind: "after", id };
    throw new AppError("not_found", `there is no response ${previous}`, {
      fields: [{ path: "previous_response_id", message: "not a response of this Reef" }],
    });
  }
  const named = typeof conversation === "string" ? conversation : conversation?.id;
  if (named) return nameKey(named, "conversation");
  return sessionKeyOf({ headers, metadata, users: [body.user, body.prompt_cache_key] });
}

function requirePlainText({ text, background }: ResponsesRequest): void {
  if (background === true) throw refused("background", "not supported: a bot's work goes on by itself when you leave");
  const format = (text as { readonly format?: { readonly type?: unknown } } | null | undefined)?.format;
  if (format !== undefined && format !== null && format.type !== "text") {
    throw refused("text.format", "a bot answers in its own words: expected type “text”");
  }
}

/** Calls and results of a client's own tools are left out: no bot called them. */
function readInput({ input, instructions = null }: ResponsesRequest): Pick<DoorRequest, "said" | "instructions"> {
  if (typeof input === "string") {
    return { said: joinSaid([{ by: "person", text: input, pictures: [] }]), instructions: instructions ?? "" };
  }
  const parts: SaidPart[] = [];
  const told: string[] = [instructions ?? ""];
  const firstOfNow = input.findLastIndex(({ role }) => role === "assistant") + 1;
  for (const [at, { type, role, content }] of input.entries()) {
    if (type !== undefined && type !== null && type !== "message") continue;
    const read = readContent(content, { path: `input.${at}.content`, isNow: at >= firstOfNow });
    if (role === "system" || role === "developer") told.push(read.text);
    else if (role === "user") parts.push({ by: "person", ...read });
    else if (role === "assistant") parts.push({ by: "bot", ...read });
    else throw refused(`input.${at}.role`, "expected system, developer, user or assistant");
  }
  return { said: joinSaid(parts), instructions: told.filter((each) => each !== "").join("\n\n") };
}
