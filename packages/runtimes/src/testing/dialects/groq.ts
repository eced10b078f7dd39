/**
 * Simulates Groq's API. Sources: Groq's API reference; tashfeenahmed/freellmapi#1070, karthink/gptel#774,
 * fanenr/chatbot#21 (unknown fields), vercel/ai#8057; a tool call that its own model wrote badly comes as
 * `tool_use_failed`.
 */
import { chatFrames } from "./chat-frames.ts";
import { chatMessages, firstOrphan, firstUnanswered, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, firstUnknown, list, object, type Refusal, text } from "./dialect.ts";

function groqRefusal(status: number, message: string, more: Record<string, unknown> = {}, headers = {}): Refusal {
  return { status, headers, body: { error: { message, type: "invalid_request_error", ...more } } };
}

const topLevel = [
  ...["model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens"],
  ...[
    "temperature",
    "top_p",
    "n",
    "stop",
    "user",
    "parallel_tool_calls",
    "response_format",
    "seed",
    "reasoning_effort",
  ],
  ...["reasoning_format", "include_reasoning", "service_tier", "frequency_penalty", "presence_penalty"],
];
const ofMessage = ["role", "content", "name", "tool_calls", "tool_call_id"];

/** What Groq says when its model wrote a call that cannot be read. */
export const toolUseFailed = groqRefusal(
  400,
  "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
  {
    code: "tool_use_failed",
    failed_generation: '<function=echo>{"text": "hello"}</function>',
  },
);

export const groq: Dialect = {
  name: "groq",
  kind: "groq",
  model: "openai/gpt-oss-120b",
  base: "/openai/v1",
  paths: ["/openai/v1/chat/completions"],
  pages: {
    "/openai/v1/models": {
      object: "list",
      data: [
        {
          id: "openai/gpt-oss-120b",
          object: "model",
          active: true,
          context_window: 131_072,
          max_completion_tokens: 65_536,
        },
      ],
    },
  },
  authorize: bearerOnly(groqRefusal(401, "Invalid API Key", { code: "invalid_api_key" })),
  check,
  read: readChat,
  callId: (n) => `fc_${String(n).padStart(8, "0")}-1b2c-4d5e-8f90-123456789abc`,
  frames: (answer) => {
    const usage = ({ input, cached, output }: typeof answer.tokens) => ({
      queue_time: 0.01,
      prompt_tokens: input,
      prompt_time: 0.1,
      completion_tokens: output,
      completion_time: 0.1,
      total_tokens: input + output,
      total_time: 0.2,
      prompt_tokens_details: { cached_tokens: cached },
    });
    return chatFrames(answer, {
      thoughts: "reasoning",
      wholeCalls: true,
      usage,
      usageAt: "last",
      lastExtra: (tokens) => ({ x_groq: { id: "req_x", usage: usage(tokens) } }),
    });
  },
  tooLong: () =>
    groqRefusal(400, "Please reduce the length of the messages or completion.", {
      param: "messages",
      code: "context_length_exceeded",
    }),
  rateLimit: groqRefusal(
    429,
    "Rate limit reached for model `openai/gpt-oss-120b` in organization `org_x` service tier `on_demand` on tokens per minute (TPM): Limit 8000, Used 7900, Requested 900. Please try again in 7s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
    { type: "tokens", code: "rate_limit_exceeded" },
    { "retry-after": "7" },
  ),
  noTools: groqRefusal(400, "`tool calling` is not supported with this model"),
  streamError: `event: error\ndata: ${JSON.stringify({ error: { message: "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.", type: "invalid_request_error", code: "tool_use_failed", failed_generation: "<function=echo>{" } })}\n\n`,
  signOfLife: null,
  images: { sees: false },
  reasoning: { back: "refused" },
  tells: { cached: true, cost: false },
};

function check({ body }: Asked): Refusal | null {
  const unknown = firstUnknown(body, topLevel);
  if (unknown !== null) return groqRefusal(400, `property '${unknown}' is unsupported`);
  const messages = chatMessages(body);
  for (const [at, message] of messages.entries()) {
    const role = text(message.role);
    const failed = (what: string) =>
      groqRefusal(400, `'messages.${at}' : for 'role:${role}' the following must be satisfied[(${what})]`);
    const field = firstUnknown(message, ofMessage);
    if (field !== null) return failed(`'messages.${at}' : property '${field}' is unsupported`);
    if (Array.isArray(message.content) && role !== "user" && role !== "assistant")
      return failed(`'messages.${at}.content' : value must be a string`);
    if (message.content === undefined && role !== "assistant")
      return failed(`'messages.${at}' : property 'content' is missing`);
    if (list(message.content).some(({ type }) => type === "image_url")) {
      return groqRefusal(400, `messages[${at}].content must be a string`);
    }
  }
  const orphan = firstOrphan(messages);
  if (orphan !== null)
    return groqRefusal(400, `'messages.${orphan.at}' : tool_call_id '${orphan.ids[0]}' has no matching call`);
  if (firstUnanswered(messages) !== null)
    return groqRefusal(
      400,
      "an assistant message with 'tool_calls' must be followed by tool messages for each of them",
    );
  for (const tool of list(body.tools)) {
    const { name, parameters } = object(tool.function);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(text(name))) return groqRefusal(400, "invalid function name");
    if (parameters !== undefined && object(parameters).type !== "object") {
      return groqRefusal(
        400,
        `invalid JSON schema for tool ${text(name)}, tools[0].function.parameters: \`/type\`: must be 'object'`,
      );
    }
  }
  return list(body.tools).length > 128 ? groqRefusal(400, "maximum number of tools is 128") : null;
}
