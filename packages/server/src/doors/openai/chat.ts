/** Answers OpenAI's chat completions with a bot: the client's conversation is one session's. */
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
import { answerIdOf, sessionKeyOf } from "../session-key.ts";
import { workHeaders } from "../work-headers.ts";
import { chatDialect } from "./chat-dialect.ts";
import { OpenAiProblem } from "./problem.ts";

const ChatMessage = z.looseObject({ role: z.string(), content: Content });

const ChatRequest = z
  .looseObject({
    model: z.string().min(1).max(400),
    messages: z.array(ChatMessage).min(1).max(20_000),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    n: z.int().nullish(),
    user: z.string().max(512).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .meta({ id: "OpenAiChatRequest" });
type ChatRequest = z.infer<typeof ChatRequest>;

const understood = new Set(["model", "messages", "stream", "stream_options", "n", "user", "metadata", "store"]);

export function openAiChatRoutes(doors: Doors): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/openai/v1/chat/completions",
        tag: "OpenAI",
        summary: "Say something to a bot, as a chat completion",
        description:
          "`model` is a bot. Clients send their whole conversation: only what is new enters the session. Without a session's name the conversation itself says which session it is. See docs/clients.md.",
        query: z.looseObject({}),
        headers: doorHeaders,
        body: ChatRequest,
        takes: "history",
        problem: OpenAiProblem,
        status: 200,
        answer: z.looseObject({ id: z.string() }).meta({ id: "OpenAiChatCompletion" }),
      },
      ({ body, request }) => answerChat(doors, body, request),
    ),
  ];
}

async function answerChat(doors: Doors, body: ChatRequest, request: Request): Promise<Response> {
  requireAnswerable(body);
  const bot = await findBot(doors.edge.deps.store.read, body.model);
  const { said, instructions } = readMessages(body);
  const created = Math.floor(doors.edge.deps.clock.now() / 1000);
  const isStream = body.stream === true;
  const facts = { model: body.model, created, hasUsage: body.stream_options?.include_usage === true };
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  const chore = answerChore({ said, instructions, maxTokens });
  if (chore !== null) return answerChoreAs(chatDialect({ ...facts, id: "chatcmpl_chore" }), chore, isStream);
  const asked: DoorRequest = {
    bot,
    said,
    instructions: offersTools(body) ? "" : instructions,
    key: sessionKeyOf({ headers: request.headers, metadata: body.metadata, users: [body.user, body.prompt_cache_key] }),
    ...readHead(request, body.metadata),
  };
  const work = await enter(doors, asked);
  return answerWork(doors, {
    work,
    dialect: chatDialect({ ...facts, id: answerIdOf("chatcmpl", (work.message ?? work.ask)?.id) }),
    isStream,
    request,
    headers: { ...workHeaders(work), ...ignoredHeaders(body, understood) },
    cancelsOnAbort: asked.cancelsOnAbort,
  });
}

function requireAnswerable(body: ChatRequest): void {
  requireNoForcedTool(body);
  if ((body.n ?? 1) !== 1) throw refused("n", "a bot gives one answer: expected 1");
  if (body.logprobs === true) throw refused("logprobs", "a bot's answer has none");
  const { modalities, response_format: format } = body;
  if (Array.isArray(modalities) && modalities.some((each) => each !== "text")) {
    throw refused("modalities", "a bot answers with text: expected [“text”]");
  }
  const type = typeof format === "object" && format !== null ? (format as { readonly type?: unknown }).type : "text";
  if (type !== "text") throw refused("response_format", "a bot answers in its own words: expected type “text”");
}

/** Results of a client's own tools are left out: no bot called them. */
function readMessages({ messages }: ChatRequest): Pick<DoorRequest, "said" | "instructions"> {
  const parts: SaidPart[] = [];
  const instructions: string[] = [];
  const firstOfNow = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  for (const [at, { role, content }] of messages.entries()) {
    const read = readContent(content, { path: `messages.${at}.content`, isNow: at >= firstOfNow });
    if (role === "system" || role === "developer") instructions.push(read.text);
    else if (role === "user") parts.push({ by: "person", ...read });
    else if (role === "assistant") parts.push({ by: "bot", ...read });
    else if (role !== "tool" && role !== "function") {
      throw refused(`messages.${at}.role`, "expected system, developer, user, assistant or tool");
    }
  }
  return { said: joinSaid(parts), instructions: instructions.join("\n\n") };
}
