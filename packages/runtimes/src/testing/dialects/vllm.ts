/**
 * Simulates vLLM's server with a strict template. Sources: vllm/entrypoints/openai (protocol, serving, tool parsers)
 * and its error texts as quoted in vllm-project/vllm issues; fields that it does not know are ignored.
 */
import { chatFrames } from "./chat-frames.ts";
import { chatMessages, firstBadArguments, imageUrlOf, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, list, type Refusal, sse, text } from "./dialect.ts";
import { templateFault } from "./local.ts";

function vllmRefusal(code: number, message: string, type = "BadRequestError"): Refusal {
  return { status: code, body: { object: "error", message, type, param: null, code } };
}

const model = "mistralai/Devstral-Small-2507";

export const vllm: Dialect = {
  name: "vllm",
  kind: "vllm",
  model,
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": {
      object: "list",
      data: [{ id: model, object: "model", owned_by: "vllm", root: model, max_model_len: 32_768 }],
    },
  },
  authorize: bearerOnly({ status: 401, body: { error: "Unauthorized" } }),
  check,
  read: readChat,
  callId: (n) => `chatcmpl-tool-${String(n).padStart(32, "0f3")}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning",
      usage: ({ input, output, cached }) => ({
        prompt_tokens: input,
        total_tokens: input + output,
        completion_tokens: output,
        prompt_tokens_details: cached > 0 ? { cached_tokens: cached } : null,
      }),
    }),
  tooLong: (tokens, most) =>
    vllmRefusal(
      400,
      `This model's maximum context length is ${most} tokens. However, you requested ${tokens} tokens in the messages, Please reduce the length of the messages.`,
    ),
  rateLimit: { never: "it queues instead" },
  noTools: vllmRefusal(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
  streamError: `${sse({ error: { object: "error", message: "EngineCore encountered an issue. See stack trace (above) for the root cause.", type: "InternalServerError", param: null, code: 500 } })}data: [DONE]\n\n`,
  signOfLife: null,
  images: { sees: false },
  reasoning: { back: "taken" },
  tells: { cached: true, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  if (body.model !== model)
    return vllmRefusal(404, `The model \`${text(body.model)}\` does not exist.`, "NotFoundError");
  const messages = chatMessages(body);
  const pictures = messages.flatMap(({ content }) => list(content).filter(({ type }) => type === "image_url"));
  if (pictures.length > 0 && !vision) return vllmRefusal(400, "At most 0 image(s) may be provided in one prompt.");
  if (pictures.some((part) => !/^(data:image\/|https?:)/.test(imageUrlOf(part))))
    return vllmRefusal(400, "Invalid image URL");
  const limit = body.max_completion_tokens ?? body.max_tokens;
  if (typeof limit === "number" && limit < 1) return vllmRefusal(400, `max_tokens must be at least 1, got ${limit}.`);
  const turn = templateFault(body);
  if (turn !== null) return vllmRefusal(400, turn);
  return firstBadArguments(messages) === null ? null : vllmRefusal(400, "Expecting value: line 1 column 1 (char 0)");
}
