/**
 * Simulates DeepSeek's API in thinking mode, its default. Sources: DeepSeek's guide on thinking mode ("for turns that
 * do perform tool calls, the reasoning_content must be fully passed back to the API in all subsequent requests");
 * earendil-works/pi#3636, anomalyco/opencode#24722, JohnnyZ93/oai-compatible-copilot#215.
 */
import { chatFrames } from "./chat-frames.ts";
import { callsOf, chatMessages, firstOrphan, firstUnanswered, firstWithCalls, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, list, object, type Refusal, sse, text } from "./dialect.ts";

function deepseekRefusal(status: number, message: string, headers = {}): Refusal {
  return {
    status,
    headers,
    body: { error: { message, type: "invalid_request_error", param: null, code: "invalid_request_error" } },
  };
}

export const deepseek: Dialect = {
  name: "deepseek",
  kind: "deepseek",
  model: "deepseek-v4-pro",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: { "/v1/models": { object: "list", data: [{ id: "deepseek-v4-pro", object: "model", owned_by: "deepseek" }] } },
  authorize: bearerOnly({
    status: 401,
    body: {
      error: {
        message: "Authentication Fails, Your api key: ****6789 is invalid",
        type: "authentication_error",
        param: null,
        code: "invalid_request_error",
      },
    },
  }),
  check,
  read: readChat,
  callId: (n) => `call_00_${String(n).padStart(24, "qZ9")}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning_content",
      thoughtExtra: () => ({ content: null }),
      usageAt: "with-finish",
      usage: ({ input, cached, output }) => ({
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_cache_hit_tokens: cached,
        prompt_cache_miss_tokens: input - cached,
      }),
    }),
  tooLong: (tokens, most) =>
    deepseekRefusal(
      400,
      `This model's maximum context length is ${most} tokens. However, you requested ${tokens} tokens (${tokens} in the messages, 0 in the completion). Please reduce the length of the messages or completion.`,
    ),
  rateLimit: {
    status: 429,
    body: { error: { message: "Rate limit reached", type: "rate_limit_error", param: null, code: "rate_limit" } },
    headers: { "retry-after": "7" },
  },
  noTools: deepseekRefusal(400, "deepseek-reasoner does not support Function Calling"),
  streamError: sse({
    error: {
      message: "The server is overloaded or not ready yet.",
      type: "server_error",
      param: null,
      code: "service_unavailable",
    },
  }),
  signOfLife: ": keep-alive\n\n",
  images: { sees: false },
  reasoning: { back: "needed" },
  tells: { cached: true, cost: false },
};

function check({ body }: Asked): Refusal | null {
  const messages = chatMessages(body);
  const limit = body.max_tokens;
  if (limit !== undefined && (typeof limit !== "number" || limit < 1 || limit > 393_216)) {
    return deepseekRefusal(400, "Invalid max_tokens value, the valid range of max_tokens is [1, 393216]");
  }
  for (const [at, { content, role }] of messages.entries()) {
    if (list(content).some(({ type }) => type !== "text")) {
      return deepseekRefusal(
        400,
        `Failed to deserialize the JSON body into the target type: messages[${at}]: unknown variant \`image_url\`, expected \`text\` at line 1 column 900`,
      );
    }
    if (content === undefined && role !== "assistant") {
      return deepseekRefusal(
        422,
        `Failed to deserialize the JSON body into the target type: messages[${at}]: missing field \`content\` at line 1 column 300`,
      );
    }
  }
  if (firstOrphan(messages) !== null) {
    return deepseekRefusal(
      400,
      "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
    );
  }
  if (firstUnanswered(messages) !== null) {
    return deepseekRefusal(
      400,
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)",
    );
  }
  const bare = firstWithCalls(messages, 0, ({ reasoning_content: thought }) => typeof thought !== "string");
  if (bare >= 0)
    return deepseekRefusal(400, "The `reasoning_content` in the thinking mode must be passed back to the API.");
  for (const tool of list(body.tools)) {
    const name = text(object(tool.function).name);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      return deepseekRefusal(
        400,
        `Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      );
  }
  const twice = messages.find(
    (message) => new Set(callsOf(message).map(({ id }) => id)).size < callsOf(message).length,
  );
  return twice === undefined ? null : deepseekRefusal(400, "Duplicate value for 'tool_call_id' in message");
}
