/**
 * Simulates Gemini's OpenAI endpoint with a model of the third family. Sources: Google's pages on OpenAI compatibility
 * and on thought signatures; google-gemini/gemini-cli#16132, continuedev/continue#11164,
 * langgenius/dify-official-plugins#2088, securo-finance/securo#884, janhq/jan#8136.
 */
import { chatFrames, openaiUsage } from "./chat-frames.ts";
import {
  callsOf,
  chatMessages,
  firstOrphan,
  firstUnanswered,
  isEmptyContent,
  newestUserAt,
  readChat,
} from "./chat-read.ts";
import {
  type Asked,
  bearerOnly,
  type Dialect,
  firstUnknown,
  type Json,
  list,
  type Minted,
  object,
  type Refusal,
  sse,
  text,
} from "./dialect.ts";
import { arrayWithoutItems } from "./openai-error.ts";

/** In a list, as only this endpoint does. */
function geminiRefusal(code: number, message: string, status = "INVALID_ARGUMENT"): Refusal {
  return { status: code, body: [{ error: { code, message, status } }] };
}

const topLevel = [
  ...["model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens"],
  ...["temperature", "top_p", "n", "stop", "response_format", "reasoning_effort", "extra_body", "parallel_tool_calls"],
];
const ofMessage = ["role", "content", "name", "tool_calls", "tool_call_id", "extra_content"];
const refusedKeywords = [
  ...["$schema", "$ref", "$defs", "definitions", "const", "exclusiveMinimum", "exclusiveMaximum", "patternProperties"],
  ...["propertyNames", "not", "if", "then", "else", "additionalProperties", "unevaluatedProperties"],
];
/** Google's own word for a call that another model made. */
const foreign = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

export const gemini: Dialect = {
  name: "gemini",
  kind: "gemini",
  model: "gemini-3-pro-preview",
  base: "/v1beta/openai",
  paths: ["/v1beta/openai/chat/completions"],
  pages: {
    "/v1beta/openai/models": {
      object: "list",
      data: [{ id: "models/gemini-3-pro-preview", object: "model", owned_by: "google" }],
    },
  },
  authorize: bearerOnly(geminiRefusal(400, "API key not valid. Please pass a valid API key.")),
  check,
  read: readChat,
  callId: (n) => `function-call-${10_000_000_000_000 + n}`,
  frames: (answer, { minted }) =>
    chatFrames(answer, {
      thoughts: null,
      usage: openaiUsage,
      usageAt: "with-finish",
      wholeCalls: true,
      noIndex: true,
      finishOfCalls: "stop",
      callExtra: (callId) => {
        // Of parallel calls only the first is signed.
        if (callId !== answer.calls[0]?.callId) return {};
        minted.set(callId, `signed-${callId}`);
        return { extra_content: { google: { thought_signature: `signed-${callId}` } } };
      },
    }),
  tooLong: (tokens, most) =>
    geminiRefusal(400, `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${most}).`),
  // Only its words say when to retry.
  rateLimit: geminiRefusal(
    429,
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10\nPlease retry in 7.042s.",
    "RESOURCE_EXHAUSTED",
  ),
  noTools: geminiRefusal(400, "Function calling is not enabled for models/gemma-3-27b-it"),
  streamError: sse([
    { error: { code: 503, message: "The model is overloaded. Please try again later.", status: "UNAVAILABLE" } },
  ]),
  signOfLife: null,
  images: { sees: true },
  reasoning: { back: "needed" },
  tells: { cached: true, cost: false },
};

function check(asked: Asked): Refusal | null {
  const { body, minted } = asked;
  const unknown = firstUnknown(body, topLevel);
  if (unknown !== null)
    return geminiRefusal(400, `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  const messages = chatMessages(body);
  for (const [at, message] of messages.entries()) {
    const field = firstUnknown(message, ofMessage);
    if (field !== null) {
      return geminiRefusal(
        400,
        `Invalid JSON payload received. Unknown name "${field}" at 'messages[${at}]': Cannot find field.`,
      );
    }
    if (isEmptyContent(message.content) && callsOf(message).length === 0) {
      return geminiRefusal(400, `* GenerateContentRequest.contents[${at}].parts: contents.parts must not be empty.`);
    }
  }
  return toolFault(body) ?? turnFault(messages) ?? signatureFault(messages, minted);
}

function toolFault(body: Json): Refusal | null {
  for (const [at, tool] of list(body.tools).entries()) {
    const { name, parameters } = object(tool.function);
    if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(text(name))) {
      return geminiRefusal(
        400,
        `* GenerateContentRequest.tools[0].function_declarations[${at}].name: Invalid function name. Must start with a letter or an underscore.`,
      );
    }
    const place = `tools[0].function_declarations[${at}].parameters`;
    const refused = keywordIn(object(parameters));
    if (refused !== null) {
      return geminiRefusal(
        400,
        `Invalid JSON payload received. Unknown name "${refused}" at '${place}': Cannot find field.`,
      );
    }
    if (hasBareObject(parameters)) {
      return geminiRefusal(400, `* GenerateContentRequest.${place}.properties: should be non-empty for OBJECT type`);
    }
    if (arrayWithoutItems(object(parameters)))
      return geminiRefusal(400, `* GenerateContentRequest.${place}.items: missing field.`);
  }
  return null;
}

/** Finds an object schema without properties, at any depth. */
function hasBareObject(schema: unknown): boolean {
  if (schema === undefined) return false;
  const { type, properties, items, anyOf } = object(schema);
  const inner = Object.values(object(properties));
  if (type === "object" && inner.length === 0) return true;
  return [...inner, ...list(anyOf), ...(items === undefined ? [] : [items])].some(hasBareObject);
}

/** Checks schemas only: a property may well be called `const`. */
function keywordIn(schema: Json): string | null {
  const own = refusedKeywords.find((key) => key in schema);
  if (own !== undefined) return own;
  if (Array.isArray(schema.type)) return "type";
  if (Array.isArray(schema.enum) && schema.type !== "string" && schema.enum.some((value) => typeof value !== "string"))
    return "enum";
  const inner = [
    ...Object.values(object(schema.properties)),
    ...list(schema.anyOf),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return inner.map((child) => keywordIn(object(child))).find((found) => found !== null) ?? null;
}

function turnFault(messages: readonly Json[]): Refusal | null {
  const spoken = messages.filter(({ role }) => role !== "system" && role !== "developer");
  for (const [at, message] of spoken.entries()) {
    const before = text(spoken[at - 1]?.role);
    if (callsOf(message).length > 0 && before !== "user" && before !== "tool") {
      return geminiRefusal(
        400,
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      );
    }
  }
  if (firstUnanswered(spoken) !== null || firstOrphan(spoken) !== null) {
    return geminiRefusal(
      400,
      "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
    );
  }
  return spoken[0]?.role === "user"
    ? null
    : geminiRefusal(400, "Please ensure that the conversation starts with a user turn.");
}

/** In the running turn, the first call of each round must have its signature. */
function signatureFault(messages: readonly Json[], minted: Minted): Refusal | null {
  const from = newestUserAt(messages);
  for (const [at, message] of messages.entries()) {
    const first = callsOf(message)[0];
    if (at < from || first === undefined) continue;
    const signature = object(object(first.extra_content).google).thought_signature;
    const isKnown = signature === minted.get(text(first.id)) || foreign.includes(text(signature));
    if (isKnown && signature !== undefined) continue;
    if (signature !== undefined) return geminiRefusal(400, "Thought signature is not valid.");
    const name = text(object(first.function).name);
    return geminiRefusal(
      400,
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${at + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
    );
  }
  return null;
}
