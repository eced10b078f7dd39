/**
 * Simulates unknown servers behind `openai-compatible`: one that is OpenAI's chat completions to the letter, as many
 * gateways are, and one that refuses everything that a request could do without.
 */
import { chatFrames, openaiUsage } from "./chat-frames.ts";
import { callsOf, chatMessages, firstBadArguments, firstOrphan, firstUnanswered, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, type Json, list, object, type Refusal, sse, text } from "./dialect.ts";
import { grammarFault } from "./grammar.ts";
import { templateFault } from "./local.ts";
import { checkOpenaiChat, openaiRefusal, openaiTooLong, wrongKey } from "./openai-error.ts";

const pages = (id: string) => ({ "/v1/models": { object: "list", data: [{ id, object: "model" }] } });

export const openaiChat: Dialect = {
  name: "openai chat",
  kind: "openai-compatible",
  model: "gpt-5-mini",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: pages("gpt-5-mini"),
  authorize: bearerOnly(wrongKey),
  check: checkOpenaiChat,
  read: readChat,
  callId: (n) => `call_${String(n).padStart(24, "Ch2")}`,
  frames: (answer) => chatFrames(answer, { thoughts: null, usage: openaiUsage }),
  tooLong: openaiTooLong,
  rateLimit: {
    ...openaiRefusal(
      429,
      "Rate limit reached for gpt-5-mini in organization org-x on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 7s.",
      { type: "requests", code: "rate_limit_exceeded" },
    ),
    headers: { "retry-after": "7" },
  },
  noTools: openaiRefusal(400, "Unsupported parameter: 'tools' is not supported with this model.", {
    param: "tools",
    code: "unsupported_parameter",
  }),
  streamError: sse({
    error: {
      message: "The server had an error while processing your request. Sorry about that!",
      type: "server_error",
      param: null,
      code: null,
    },
  }),
  signOfLife: null,
  images: { sees: true },
  reasoning: { never: "OpenAI's chat completions keep what a model thought to themselves" },
  tells: { cached: true, cost: false },
};

/** Formats as FastAPI does: each fault with its place, all in one answer. */
const detail = (faults: readonly Json[]): Refusal => ({ status: 422, body: { detail: faults } });
const plain = (message: string, status = 400): Refusal => ({ status, body: { detail: message } });

export const bareServer: Dialect = {
  name: "bare server",
  kind: "openai-compatible",
  model: "local",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: pages("local"),
  authorize: bearerOnly(plain("Not authenticated", 403)),
  check: checkBare,
  read: readChat,
  callId: () => "call_1", // the same each time, as some servers do
  frames: (answer) => {
    const frames = chatFrames(answer, {
      thoughts: "think-tags",
      wholeCalls: true,
      usage: openaiUsage,
      usageAt: "with-finish",
    });
    // Neither a role at the start nor a mark at the end.
    return { ...frames, head: frames.head.slice(1), tail: frames.tail.slice(0, -1) };
  },
  tooLong: (tokens, most) => plain(`Requested tokens (${tokens}) exceed context window of ${most}`),
  rateLimit: { ...plain("Too Many Requests", 429), headers: { "retry-after": "7" } },
  noTools: detail([
    { type: "extra_forbidden", loc: ["body", "tools"], msg: "Extra inputs are not permitted", input: [] },
  ]),
  streamError: "data: Internal Server Error\n\n",
  signOfLife: ": ping\n\n",
  images: { sees: false },
  reasoning: { back: "refused" },
  tells: { cached: true, cost: false },
};

function checkBare({ body }: Asked): Refusal | null {
  const messages = chatMessages(body);
  const extra = (value: Json, known: readonly string[], loc: readonly unknown[]) =>
    Object.entries(value)
      .filter(([key, input]) => input !== undefined && !known.includes(key))
      .map(([key, input]) => ({
        type: "extra_forbidden",
        loc: [...loc, key],
        msg: "Extra inputs are not permitted",
        input,
      }));
  const faults = [
    ...extra(body, ["model", "messages", "stream", "tools", "max_tokens"], ["body"]),
    ...messages.flatMap((message, at) =>
      extra(message, ["role", "content", "tool_calls", "tool_call_id"], ["body", "messages", at]),
    ),
    ...messages.flatMap(({ content }, at) =>
      typeof content === "string"
        ? []
        : [
            {
              type: "string_type",
              loc: ["body", "messages", at, "content"],
              msg: "Input should be a valid string",
              input: content ?? null,
            },
          ],
    ),
  ];
  if (faults.length > 0) return detail(faults);
  if (messages.some(({ role, content }) => role === "user" && text(content).trim() === ""))
    return plain("message content must not be empty");
  const turn = templateFault(body);
  if (turn !== null) return plain(turn, 500);
  if (firstOrphan(messages) !== null || firstUnanswered(messages) !== null)
    return plain("tool messages must answer the calls before them", 500);
  const long = messages.flatMap(callsOf).find(({ id }) => !/^[a-zA-Z0-9_-]{1,40}$/.test(text(id)));
  if (long !== undefined)
    return plain(`Tool call id was ${text(long.id)} but must be a-z, A-Z, 0-9, _ or -, with a length of at most 40.`);
  if (firstBadArguments(messages) !== null) return plain("Can only get item pairs from a mapping.", 500);
  const fault = list(body.tools)
    .map((tool) => grammarFault(object(tool.function).parameters))
    .find((found) => found !== null);
  return fault === undefined ? null : plain(`failed to build a grammar: ${fault}`, 500);
}
