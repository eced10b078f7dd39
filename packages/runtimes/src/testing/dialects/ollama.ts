/**
 * Simulates Ollama's `/v1` endpoint, which silently cuts too long a prompt at its start. Sources: ollama/ollama's
 * openai/openai.go and server/routes.go (errors), docs/openai.md; ollama/ollama issues on `does not support tools` and
 * on truncation.
 */
import { chatFrames } from "./chat-frames.ts";
import { callsOf, chatMessages, firstBadArguments, imageUrlOf, readChat } from "./chat-read.ts";
import { type Asked, type Dialect, list, type Refusal, sse, text } from "./dialect.ts";

function ollamaRefusal(status: number, message: string, type = "invalid_request_error"): Refusal {
  return { status, body: { error: { message, type, param: null, code: null } } };
}

const model = "qwen3:8b";

export const ollama: Dialect = {
  name: "ollama",
  kind: "ollama",
  model,
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": { object: "list", data: [{ id: model, object: "model", created: 1, owned_by: "library" }] },
    "/api/tags": { models: [{ name: model, model, details: { family: "qwen3", families: ["qwen3"] } }] },
    "/api/ps": { models: [{ name: model, model, context_length: 8_192 }] },
    "/api/show": {
      capabilities: ["completion", "tools", "thinking"],
      model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40_960 },
    },
    "/api/version": { version: "0.14.0" },
  },
  authorize: () => null,
  check,
  read: readChat,
  callId: (n) => `call_${String(n).padStart(8, "w3e")}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning",
      wholeCalls: true,
      usage: ({ input, output }) => ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output }),
      chunkExtra: { system_fingerprint: "fp_ollama" },
    }),
  tooLong: () => null,
  rateLimit: ollamaRefusal(503, "server busy, please try again.  maximum pending requests exceeded", "api_error"),
  noTools: ollamaRefusal(400, `registry.ollama.ai/library/${model} does not support tools`),
  streamError: sse({
    error: {
      message:
        "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details",
      type: "api_error",
      param: null,
      code: null,
    },
  }),
  signOfLife: null,
  images: { sees: false },
  reasoning: { back: "taken" },
  tells: { cached: false, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  if (body.model !== model)
    return ollamaRefusal(404, `model "${text(body.model)}" not found, try pulling it first`, "not_found_error");
  const messages = chatMessages(body);
  for (const message of messages) {
    const { content } = message;
    if (typeof content !== "string" && !Array.isArray(content) && callsOf(message).length === 0) {
      return ollamaRefusal(400, "invalid message content type: <nil>");
    }
    const pictures = list(content).filter(({ type }) => type === "image_url");
    if (pictures.some((part) => !/^data:image\/(jpeg|jpg|png|webp);base64,/.test(imageUrlOf(part)))) {
      return ollamaRefusal(400, "invalid image input");
    }
    if (pictures.length > 0 && !vision)
      return ollamaRefusal(500, "this model is missing data required for image input", "api_error");
  }
  return firstBadArguments(messages) === null ? null : ollamaRefusal(400, "invalid tool call arguments");
}
