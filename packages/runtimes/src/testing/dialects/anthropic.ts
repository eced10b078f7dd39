/**
 * Simulates Anthropic's Messages API with a model that thinks. Sources: Anthropic's API reference (errors, tool use,
 * extended thinking, streaming) and its error texts as quoted in anthropics/claude-code and vercel/ai issues.
 */
import { checkAnthropic } from "./anthropic-rules.ts";
import {
  type Answer,
  type Asked,
  type Dialect,
  dialectKey,
  type Frames,
  fragments,
  type Json,
  list,
  namedSse,
  object,
  type ReceivedMessage,
  type Refusal,
  text,
} from "./dialect.ts";

function anthropicRefusal(status: number, type: string, message: string): Refusal {
  return { status, body: { type: "error", error: { type, message }, request_id: "req_double" } };
}

const model = "claude-sonnet-4-5";

export const anthropic: Dialect = {
  name: "anthropic",
  kind: "anthropic",
  model,
  base: "/v1",
  paths: ["/v1/messages"],
  pages: {
    "/v1/models": {
      data: [{ type: "model", id: model, display_name: "Claude Sonnet 4.5", created_at: "2025-09-29T00:00:00Z" }],
      has_more: false,
      first_id: model,
      last_id: model,
    },
  },
  authorize: ({ headers }) => {
    if (headers["x-api-key"] !== dialectKey) return anthropicRefusal(401, "authentication_error", "invalid x-api-key");
    return headers["anthropic-version"] === undefined
      ? anthropicRefusal(400, "invalid_request_error", "anthropic-version: header is required")
      : null;
  },
  check: (asked) => {
    const fault = checkAnthropic(asked);
    return fault === null ? null : anthropicRefusal(400, "invalid_request_error", fault);
  },
  read: (body) => ({
    messages: [
      ...(body.system === undefined ? [] : [{ ...nothing, role: "system" as const, text: wordsOf(body.system) }]),
      ...list(body.messages).flatMap(toReceived),
    ],
    tools: list(body.tools).map(({ name }) => text(name)),
    images: list(body.messages).flatMap(({ content }) => imagesOf(content)),
  }),
  callId: (n) => `toolu_${String(n).padStart(24, "01Ab")}`,
  frames,
  tooLong: (tokens, most) =>
    anthropicRefusal(400, "invalid_request_error", `prompt is too long: ${tokens} tokens > ${most} maximum`),
  rateLimit: {
    ...anthropicRefusal(
      429,
      "rate_limit_error",
      "This request would exceed your organization’s rate limit of 40,000 input tokens per minute.",
    ),
    headers: { "retry-after": "7" },
  },
  noTools: { never: "every model of it takes tools" },
  streamError: namedSse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  signOfLife: namedSse({ type: "ping" }),
  images: { sees: true },
  reasoning: { back: "needed" },
  tells: { cached: true, cost: false },
};

const nothing = { text: "", calls: [], callId: null, reasoning: "" };

function wordsOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => (part.type === "tool_result" ? "" : text(part.text)))
    .join("\n");
}

function toReceived({ role, content }: Json): ReceivedMessage[] {
  if (typeof content === "string") return [{ ...nothing, role: role as "user", text: content }];
  const parts = list(content);
  const ofType = (type: string) => parts.filter((part) => part.type === type);
  const calls = ofType("tool_use").map(({ id, name }) => ({ callId: text(id), name: text(name) }));
  const reasoning = ofType("thinking")
    .map(({ thinking }) => text(thinking))
    .join("");
  const words = ofType("text");
  return [
    ...ofType("tool_result").map((part) => ({
      ...nothing,
      role: "tool" as const,
      text: wordsOf(part.content),
      callId: text(part.tool_use_id),
    })),
    ...(words.length + calls.length + reasoning.length === 0
      ? []
      : [{ role: role as "user", text: wordsOf(words), calls, callId: null, reasoning }]),
  ];
}

function imagesOf(content: unknown): string[] {
  return list(content).flatMap((part) => [
    ...(part.type === "image" ? [text(object(part.source).data)] : []),
    ...(part.type === "tool_result" ? imagesOf(part.content) : []),
  ]);
}

function frames({ id, pieces, reasoning, calls, tokens }: Answer, { minted }: Asked): Frames {
  let index = -1;
  const block = (content_block: Json, deltas: readonly Json[]) => {
    index += 1;
    return [
      namedSse({ type: "content_block_start", index, content_block }),
      ...deltas.map((delta) => namedSse({ type: "content_block_delta", index, delta })),
      namedSse({ type: "content_block_stop", index }),
    ];
  };
  const usage = {
    input_tokens: tokens.input - tokens.cached,
    cache_read_input_tokens: tokens.cached,
    cache_creation_input_tokens: 0,
  };
  const message = {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  const head = [
    namedSse({ type: "message_start", message: { ...message, usage: { ...usage, output_tokens: 1 } } }),
    namedSse({ type: "ping" }),
  ];
  if (reasoning !== "") {
    const signature = `sig-${id}`;
    minted.set(signature, reasoning);
    const thoughts = fragments(reasoning).map((thinking) => ({ type: "thinking_delta", thinking }));
    head.push(
      ...block({ type: "thinking", thinking: "", signature: "" }, [
        ...thoughts,
        { type: "signature_delta", signature },
      ]),
    );
  }
  const words =
    pieces.length === 0
      ? []
      : block(
          { type: "text", text: "" },
          pieces.map((piece) => ({ type: "text_delta", text: piece })),
        );
  const [first, last] = [words.shift(), words.pop()];
  if (first !== undefined) head.push(first);
  const tail = last === undefined ? [] : [last];
  for (const call of calls) {
    const parts = ["", ...fragments(JSON.stringify(call.input))].map((partial_json) => ({
      type: "input_json_delta",
      partial_json,
    }));
    tail.push(...block({ type: "tool_use", id: call.callId, name: call.name, input: {} }, parts));
  }
  const stop = calls.length > 0 ? "tool_use" : "end_turn";
  tail.push(
    namedSse({
      type: "message_delta",
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: tokens.output },
    }),
    namedSse({ type: "message_stop" }),
  );
  return { head, text: words, tail };
}
