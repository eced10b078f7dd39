/**
 * Simulates llama.cpp's server with a strict template. Sources: tools/server (errors, health), common/chat.cpp (tools,
 * templates), ggml-org/llama.cpp#15780 (too long), #27580 (grammars); NousResearch/hermes-agent#18530.
 */
import { chatFrames } from "./chat-frames.ts";
import { chatMessages, firstBadArguments, firstOrphan, readChat } from "./chat-read.ts";
import { type Asked, type Dialect, type Json, list, object, type Refusal, sse } from "./dialect.ts";
import { grammarFault } from "./grammar.ts";
import { templateFault } from "./local.ts";

function serverRefusal(code: number, message: string, type = "invalid_request_error", more: Json = {}): Refusal {
  return { status: code, body: { error: { code, message, type, ...more } } };
}

export const llamacpp: Dialect = {
  name: "llamacpp",
  kind: "llamacpp",
  model: "qwen3-8b-q4_k_m.gguf",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": {
      object: "list",
      data: [{ id: "qwen3-8b-q4_k_m.gguf", object: "model", owned_by: "llamacpp", meta: { n_ctx_train: 40_960 } }],
    },
    "/props": {
      default_generation_settings: { n_ctx: 32_768 },
      chat_template: "{{ messages }}",
      modalities: { vision: false, audio: false },
    },
    "/health": { status: "ok" },
  },
  // Without `--api-key` it requires none.
  authorize: () => null,
  check,
  read: readChat,
  callId: (n) => String(n).padStart(32, "kQ7x"),
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning_content",
      usage: ({ input, cached, output }) => ({
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
      }),
      lastExtra: ({ input, output }) => ({ timings: { prompt_n: input, predicted_n: output } }),
    }),
  tooLong: (tokens, most) =>
    serverRefusal(
      400,
      "the request exceeds the available context size, try increasing it",
      "exceed_context_size_error",
      { n_prompt_tokens: tokens, n_ctx: most },
    ),
  rateLimit: serverRefusal(503, "Loading model", "unavailable_error"),
  noTools: serverRefusal(500, "tools param requires --jinja flag", "server_error"),
  streamError: sse({ error: { code: 500, message: "Compute error.", type: "server_error" } }),
  signOfLife: ":\n\n",
  images: { sees: false },
  reasoning: { back: "taken" },
  tells: { cached: true, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  const messages = chatMessages(body);
  if (!vision && messages.some(({ content }) => list(content).some(({ type }) => type === "image_url"))) {
    return serverRefusal(
      500,
      "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
      "server_error",
    );
  }
  if (messages.some((message) => !("content" in message) && !("tool_calls" in message))) {
    return serverRefusal(400, "All non-assistant messages must contain 'content'");
  }
  for (const tool of list(body.tools)) {
    const { parameters } = object(tool.function);
    const fault = grammarFault(parameters);
    if (fault !== null) return serverRefusal(400, `Failed to initialize samplers: failed to parse grammar (${fault})`);
  }
  const turn = templateFault(body);
  if (turn !== null)
    return serverRefusal(500, `${turn} at row 12, column 40:\n{%- if (message['role'] == 'user') %}`, "server_error");
  const bad = firstBadArguments(messages);
  if (bad !== null)
    return serverRefusal(
      500,
      "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101] parse error",
      "server_error",
    );
  return firstOrphan(messages) === null
    ? null
    : serverRefusal(
        500,
        "Message has tool role, but there was no previous assistant message with a tool call!",
        "server_error",
      );
}
