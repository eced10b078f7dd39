/** Answers Anthropic's messages API with a bot, and lists bots as its models. */
import { charsToTokens } from "@reef/runtimes/loop/tokens";
import { z } from "zod";
import { type Route, route } from "../../http/route.ts";
import { answerChoreAs } from "../chore-reply.ts";
import { Content, readContent } from "../content.ts";
import type { Doors } from "../door-parts.ts";
import { enter } from "../enter.ts";
import { findBot, listModels } from "../find-bot.ts";
import { answerChore } from "../housekeeping.ts";
import { ignoredHeaders, offersTools, refused, requireNoForcedTool } from "../refused.ts";
import { answerWork } from "../reply.ts";
import { doorHeaders, readHead } from "../request-head.ts";
import { type DoorRequest, joinSaid, type SaidPart } from "../said.ts";
import { sessionKeyOf } from "../session-key.ts";
import { workHeaders } from "../work-headers.ts";
import { anthropicDialect } from "./dialect.ts";
import { AnthropicProblem } from "./problem.ts";

const AnthropicMessage = z.looseObject({ role: z.string(), content: Content });

const Counted = z.looseObject({
  model: z.string().min(1).max(400),
  messages: z.array(AnthropicMessage).min(1).max(20_000),
  system: Content,
});

const MessagesRequest = Counted.extend({
  max_tokens: z.int().nullish(),
  stream: z.boolean().nullish(),
  metadata: z.looseObject({ user_id: z.string().max(2_000).nullish() }).nullish(),
}).meta({ id: "AnthropicMessagesRequest" });
type MessagesRequest = z.infer<typeof MessagesRequest>;

const understood = new Set(["model", "messages", "system", "stream", "metadata"]);
const shape = { tag: "Anthropic", query: z.looseObject({}), status: 200, problem: AnthropicProblem } as const;

export function anthropicRoutes(doors: Doors): readonly Route[] {
  const { read } = doors.edge.deps.store;
  return [
    route(
      {
        ...shape,
        method: "post",
        path: "/anthropic/v1/messages",
        summary: "Say something to a bot, as a message of Anthropic's API",
        description:
          "`model` is a bot. The token is accepted as `x-api-key` too. Clients send their whole conversation: only what is new enters the session. See docs/clients.md.",
        headers: doorHeaders,
        body: MessagesRequest,
        takes: "history",
        answer: z.looseObject({ id: z.string() }).meta({ id: "AnthropicMessage" }),
      },
      ({ body, request }) => answerMessages(doors, body, request),
    ),
    route(
      {
        ...shape,
        method: "post",
        path: "/anthropic/v1/messages/count_tokens",
        summary: "Estimate the tokens of a conversation",
        description: "An estimate by length: what the bot's own instructions and memory take is not included.",
        body: Counted.meta({ id: "AnthropicCountRequest" }),
        takes: "history",
        answer: z.object({ input_tokens: z.int() }),
      },
      async ({ body }) => {
        await findBot(read, body.model);
        const { said, instructions } = readMessages(body);
        const chars = said.reduce((sum, { text }) => sum + text.length, instructions.length);
        return { input_tokens: charsToTokens(chars) };
      },
    ),
    route(
      {
        ...shape,
        method: "get",
        path: "/anthropic/v1/models",
        summary: "List bots as models of Anthropic's API",
        answer: z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) }),
      },
      async () => {
        const data = (await listModels(read)).map(({ id, bot }) => toModel(id, bot));
        return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
      },
    ),
  ];
}

function toModel(id: string, { name, createdAt }: { readonly name: string; readonly createdAt: string }) {
  return { type: "model", id, display_name: name, created_at: createdAt };
}

async function answerMessages(doors: Doors, body: MessagesRequest, request: Request): Promise<Response> {
  requireNoForcedTool(body);
  const bot = await findBot(doors.edge.deps.store.read, body.model);
  const { said, instructions } = readMessages(body);
  const isStream = body.stream === true;
  const chore = answerChore({ said, instructions, maxTokens: body.max_tokens });
  if (chore !== null) return answerChoreAs(anthropicDialect({ id: "msg_chore", model: body.model }), chore, isStream);
  requirePlainText(body);
  const asked: DoorRequest = {
    bot,
    said,
    instructions: offersTools(body) ? "" : instructions,
    key: sessionKeyOf({ headers: request.headers, metadata: body.metadata, users: [userOf(body)] }),
    ...readHead(request, body.metadata),
  };
  const work = await enter(doors, asked);
  return answerWork(doors, {
    work,
    dialect: anthropicDialect({ id: (work.message ?? work.ask)?.id ?? "", model: body.model }),
    isStream,
    request,
    headers: { ...workHeaders(work), ...ignoredHeaders(body, understood) },
    cancelsOnAbort: asked.cancelsOnAbort,
  });
}

/** Claude Code's user id holds the id of its session; hashed names stay within their bound. */
function userOf({ metadata }: MessagesRequest): string | undefined {
  return metadata?.user_id?.slice(-512) || undefined;
}

function requirePlainText(body: MessagesRequest): void {
  const config = body.output_config as { readonly format?: { readonly type?: unknown } } | null | undefined;
  const format = config?.format ?? body.output_format;
  if (format !== undefined && format !== null) {
    throw refused("output_config.format", "a bot answers in its own words: leave the format out");
  }
}

/** A message that only brings results of a client's own tools says nothing to the bot. */
function readMessages({ messages, system }: z.infer<typeof Counted>): Pick<DoorRequest, "said" | "instructions"> {
  const parts: SaidPart[] = [];
  const instructions = [readContent(system, { path: "system", isNow: false }).text];
  const firstOfNow = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  for (const [at, { role, content }] of messages.entries()) {
    const read = readContent(content, { path: `messages.${at}.content`, isNow: at >= firstOfNow });
    if (role === "system") instructions.push(read.text);
    else if (role === "user") parts.push({ by: "person", ...read });
    else if (role === "assistant") parts.push({ by: "bot", ...read });
    else throw refused(`messages.${at}.role`, "expected user or assistant");
  }
  return { said: joinSaid(parts), instructions: instructions.filter((each) => each !== "").join("\n\n") };
}
