/**
 * Simulates Mistral's own API with a model that thinks (content in parts). Sources: Mistral's API reference;
 * avante-corp/avante.nvim#2562 and #2951, nearai/ironclaw#1241, onyx-dot-app/onyx#6458, langchain-ai/langchain#24668,
 * BerriAI/litellm#17761.
 */
import { chatFrames, openaiUsage } from "./chat-frames.ts";
import { callsOf, chatMessages, firstBadArguments, firstUnanswered, isEmptyContent, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, type Json, list, object, type Refusal, sse, text } from "./dialect.ts";

function mistralRefusal(status: number, message: unknown, type: string, code: string | null): Refusal {
  return { status, body: { object: "error", message, type, param: null, code, raw_status_code: status } };
}

const topLevel = [
  ...[
    "model",
    "messages",
    "tools",
    "tool_choice",
    "stream",
    "max_tokens",
    "temperature",
    "top_p",
    "stop",
    "random_seed",
  ],
  ...[
    "response_format",
    "parallel_tool_calls",
    "presence_penalty",
    "frequency_penalty",
    "n",
    "prompt_mode",
    "safe_prompt",
    "prediction",
  ],
];
const ofMessage: Readonly<Record<string, readonly string[]>> = {
  system: ["role", "content"],
  user: ["role", "content"],
  assistant: ["role", "content", "tool_calls", "prefix"],
  tool: ["role", "content", "tool_call_id", "name"],
};

export const mistral: Dialect = {
  name: "mistral",
  kind: "mistral",
  model: "magistral-medium-latest",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": {
      object: "list",
      data: [
        {
          id: "magistral-medium-latest",
          object: "model",
          max_context_length: 131_072,
          capabilities: { completion_chat: true, function_calling: true, vision: true },
        },
      ],
    },
  },
  authorize: bearerOnly({ status: 401, body: { detail: "Unauthorized" } }),
  check,
  read: readChat,
  callId: (n) => `D${String(n).padStart(8, "xK2")}`,
  frames: (answer) =>
    chatFrames(answer, { thoughts: "parts", usage: openaiUsage, usageAt: "with-finish", wholeCalls: true }),
  tooLong: (tokens, most) =>
    mistralRefusal(
      400,
      `Prompt contains ${tokens} tokens and 0 draft tokens, too large for model with ${most} maximum context length`,
      "invalid_request_prompt",
      "3051",
    ),
  rateLimit: { ...mistralRefusal(429, "Rate limit exceeded", "rate_limited", "1300"), headers: { "retry-after": "7" } },
  noTools: mistralRefusal(400, "Function calling is not enabled for this model", "invalid_function_call", "3282"),
  streamError: sse({
    object: "error",
    message: "Service tier capacity exceeded for this model.",
    type: "service_tier_capacity_exceeded",
    param: null,
    code: "3505",
  }),
  signOfLife: null,
  images: { sees: true },
  reasoning: { back: "taken" },
  tells: { cached: true, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  const messages = chatMessages(body);
  const extra = [
    ...extraOf(body, topLevel, ["body"]),
    ...messages.flatMap((message, at) =>
      extraOf(message, ofMessage[text(message.role)] ?? [], ["body", "messages", at, text(message.role)]),
    ),
  ];
  if (extra.length > 0) return mistralRefusal(422, { detail: extra }, "invalid_request_error", null);
  for (const [at, message] of messages.entries()) {
    const fault = messageFault(messages, message, at) ?? (vision ? null : pictureFault(message));
    if (fault !== null) return fault;
  }
  const last = text(messages.at(-1)?.role);
  if (last !== "user" && last !== "tool") {
    return orderFault(`Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last}`);
  }
  if (firstUnanswered(messages) !== null) return orderFault("Not the same number of function calls and responses");
  const bad = firstBadArguments(messages);
  return bad === null
    ? toolFault(body)
    : mistralRefusal(400, "Expected tool call arguments to be valid JSON", "invalid_function_call", "3281");
}

function extraOf(value: Json, known: readonly string[], loc: readonly unknown[]): Json[] {
  return Object.entries(value)
    .filter(([key, input]) => input !== undefined && !known.includes(key))
    .map(([key, input]) => ({
      type: "extra_forbidden",
      loc: [...loc, key],
      msg: "Extra inputs are not permitted",
      input,
    }));
}

const orderFault = (message: string) => mistralRefusal(400, message, "invalid_request_message_order", "3230");

function messageFault(messages: readonly Json[], message: Json, at: number): Refusal | null {
  const role = text(message.role);
  const before = messages[at - 1];
  const after = text(before?.role);
  const calls = callsOf(message);
  for (const call of calls) {
    const id = text(call.id);
    if (!/^[a-zA-Z0-9]{9}$/.test(id)) {
      return mistralRefusal(
        400,
        `Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`,
        "invalid_function_call",
        "3280",
      );
    }
  }
  if (role === "assistant" && isEmptyContent(message.content) && calls.length === 0) {
    return mistralRefusal(
      400,
      "Assistant message must have either content or tool_calls, but not none.",
      "invalid_request_assistant_message",
      "3240",
    );
  }
  const isWrong =
    (role === "user" && after === "tool") ||
    (role === "tool" && after !== "tool" && callsOf(before ?? {}).length === 0) ||
    (role === "assistant" && (after === "assistant" || before === undefined || after === "system")) ||
    (role === "system" && after !== "" && after !== "system");
  if (isWrong) return orderFault(`Unexpected role '${role}' after role '${after}'`);
  if (role !== "tool") return null;
  const callAt = messages.findLastIndex((other, n) => n < at && callsOf(other).length > 0);
  const ids = callsOf(messages[callAt] ?? {}).map(({ id }) => text(id));
  const id = text(message.tool_call_id);
  return ids.includes(id) ? null : orderFault(`Unexpected tool call id ${id} in tool results`);
}

function pictureFault({ content }: Json): Refusal | null {
  return list(content).some(({ type }) => type === "image_url")
    ? mistralRefusal(400, "Image input is not supported for this model", "invalid_request_error", "3052")
    : null;
}

function toolFault(body: Json): Refusal | null {
  for (const tool of list(body.tools)) {
    const name = text(object(tool.function).name);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      return mistralRefusal(
        400,
        `Function name was ${name} but must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64.`,
        "invalid_function_call",
        "3283",
      );
    }
  }
  return null;
}
