/**
 * Simulates OpenRouter. Sources: OpenRouter's pages on errors, streaming (comments while it waits, errors within a
 * stream that was answered with 200), reasoning tokens and usage accounting; charmbracelet/crush#279 (errors of the
 * provider behind it).
 */
import { chatFrames } from "./chat-frames.ts";
import { chatMessages, firstOrphan, firstUnanswered, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, list, object, type Refusal, sse, text } from "./dialect.ts";

function routerRefusal(code: number, message: string, metadata?: Record<string, unknown>, headers = {}): Refusal {
  return {
    status: code,
    headers,
    body: { error: { message, code, ...(metadata && { metadata }) }, user_id: "user_x" },
  };
}

const behind = (message: string) =>
  routerRefusal(400, "Provider returned error", {
    raw: JSON.stringify({ error: { message, type: "invalid_request_error" } }),
    provider_name: "Novita",
  });

export const openrouter: Dialect = {
  name: "openrouter",
  kind: "openrouter",
  model: "qwen/qwen3-235b-a22b",
  base: "/api/v1",
  paths: ["/api/v1/chat/completions"],
  pages: {
    "/api/v1/models": {
      data: [
        {
          id: "qwen/qwen3-235b-a22b",
          name: "Qwen3",
          context_length: 131_072,
          architecture: { input_modalities: ["text", "image"] },
          supported_parameters: ["tools", "reasoning"],
          pricing: { prompt: "0.000001", completion: "0.000002" },
        },
      ],
    },
  },
  authorize: bearerOnly(routerRefusal(401, "No auth credentials found")),
  check,
  read: readChat,
  callId: (n) => `tool_${n}_echo_${String(n).padStart(20, "Rt5")}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning",
      thoughtExtra: (piece) => ({
        content: "",
        reasoning_details: [{ type: "reasoning.text", text: piece, format: "unknown", index: 0 }],
      }),
      usage: ({ input, cached, output, costUsd }) => ({
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        cost: costUsd ?? 0,
        is_byok: false,
        prompt_tokens_details: { cached_tokens: cached },
      }),
      chunkExtra: { provider: "Novita" },
    }),
  tooLong: (tokens, most) =>
    routerRefusal(
      400,
      `This endpoint's maximum context length is ${most} tokens. However, you requested about ${tokens} tokens (${tokens} of text input). Please reduce the length of either one, or use the "middle-out" transform to compress your prompt automatically.`,
    ),
  rateLimit: routerRefusal(
    429,
    "Rate limit exceeded: free-models-per-min. ",
    { headers: { "X-RateLimit-Remaining": "0" } },
    { "retry-after": "7" },
  ),
  noTools: routerRefusal(
    404,
    "No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing",
  ),
  streamError: sse({
    id: "gen-x",
    object: "chat.completion.chunk",
    provider: "Novita",
    error: { code: 502, message: "Provider disconnected unexpectedly" },
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
  }),
  signOfLife: ": OPENROUTER PROCESSING\n\n",
  images: { sees: true },
  reasoning: { back: "taken" },
  tells: { cached: true, cost: true },
};

function check({ body, vision }: Asked): Refusal | null {
  const messages = chatMessages(body);
  if (!vision && messages.some(({ content }) => list(content).some(({ type }) => type === "image_url"))) {
    return routerRefusal(404, "No endpoints found that support image input");
  }
  const orphan = firstOrphan(messages);
  if (orphan !== null) return behind(`messages.${orphan.at}: tool_call_id has no call`);
  if (firstUnanswered(messages) !== null)
    return behind("an assistant message with 'tool_calls' must be followed by tool messages");
  const bad = list(body.tools).find((tool) => !/^[a-zA-Z0-9_-]{1,64}$/.test(text(object(tool.function).name)));
  return bad === undefined ? null : behind("tools.0.function.name: string does not match pattern");
}
