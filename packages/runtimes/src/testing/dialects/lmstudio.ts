/**
 * Simulates LM Studio's server: errors are strings, or an event in the stream. Sources: LM Studio's pages on its OpenAI
 * endpoints; lmstudio-ai/lmstudio-bug-tracker#237, #546 and #2205, anomalyco/opencode#2259; its engine is llama.cpp
 * (openclaw/openclaw#113562).
 */
import { chatFrames } from "./chat-frames.ts";
import { chatMessages, firstOrphan, imageUrlOf, readChat } from "./chat-read.ts";
import { type Asked, type Dialect, inStream, list, object, type Refusal } from "./dialect.ts";
import { grammarFault } from "./grammar.ts";
import { templateFault } from "./local.ts";

const lmRefusal = (status: number, error: string): Refusal => ({ status, body: { error } });

export const noModelLoaded: Refusal = {
  status: 404,
  body: {
    error: {
      message: "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    },
  },
};

export const lmstudio: Dialect = {
  name: "lmstudio",
  kind: "lmstudio",
  model: "gemma-3-12b-it",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": { object: "list", data: [{ id: "gemma-3-12b-it", object: "model", owned_by: "organization_owner" }] },
    "/api/v0/models": {
      object: "list",
      data: [
        {
          id: "gemma-3-12b-it",
          object: "model",
          type: "vlm",
          state: "loaded",
          max_context_length: 131_072,
          loaded_context_length: 16_384,
          capabilities: ["tool_use"],
        },
      ],
    },
  },
  authorize: () => null,
  check,
  read: readChat,
  callId: (n) => String(376_000_000 + n),
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "think-tags",
      usage: ({ input, output }) => ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output }),
      chunkExtra: { system_fingerprint: "gemma-3-12b-it" },
    }),
  tooLong: (tokens, most) =>
    inStream(
      `event: error\ndata: ${JSON.stringify({ error: { message: `Trying to keep the first ${tokens} tokens when context the overflows. However, the model is loaded with context length of only ${most} tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input` } })}\n\n`,
    ),
  rateLimit: { never: "it queues instead" },
  noTools: { never: "it describes tools to models that know none" },
  streamError: `event: error\ndata: ${JSON.stringify({ error: { message: "The model has crashed without additional information. (Exit code: null)" } })}\n\n`,
  signOfLife: null,
  images: { sees: true },
  reasoning: { back: "taken" },
  tells: { cached: false, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  const messages = chatMessages(body);
  for (const message of messages) {
    const pictures = list(message.content).filter(({ type }) => type === "image_url");
    if (pictures.length > 0 && !vision)
      return lmRefusal(400, "Model does not support images. Please use a model that does.");
    if (pictures.some((part) => !imageUrlOf(part).startsWith("data:image/"))) {
      return lmRefusal(400, "Invalid 'content': 'url' field must be a base64 encoded image.");
    }
    if (message.content === undefined && message.role !== "assistant")
      return lmRefusal(400, "Invalid 'messages' in payload: 'content' is required");
  }
  for (const tool of list(body.tools)) {
    const fault = grammarFault(object(tool.function).parameters);
    if (fault !== null)
      return lmRefusal(400, `Error in iterating prediction stream: ValueError: failed to parse grammar: ${fault}`);
  }
  const turn = templateFault(body);
  if (turn !== null) {
    return lmRefusal(
      400,
      `Error rendering prompt with jinja template: "${turn}". This is usually an issue with the model's prompt template. If you are using a popular model, you can try to search the model under lmstudio-community, which will have fixed prompt templates.`,
    );
  }
  return firstOrphan(messages) === null
    ? null
    : lmRefusal(400, "Invalid 'messages' in payload: tool message without a call");
}
