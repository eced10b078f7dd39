/**
 * Reads and writes the three wire formats of the scripted model server: chat completions (any OpenAI-compatible
 * server), OpenAI responses and Anthropic messages. Each converts a request body to our shape and an answer to the
 * provider's stream, with tool arguments in fragments as real servers send them. Streams are lists of ready-made
 * frames.
 */
import type { ChatMessage, ScriptedCall } from "./model-script.ts";

export interface WireRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly string[];
}

export interface WireAnswer {
  readonly id: string;
  readonly model: string;
  readonly pieces: readonly string[];
  /** The thoughts before the answer, in pieces. */
  readonly thoughts: readonly string[];
  readonly calls: readonly (ScriptedCall & { readonly callId: string })[];
  readonly finish: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Wire {
  read(body: Record<string, unknown>): WireRequest;
  /** Text frames can be paced and broken off; the head is sent with the first of them. */
  frames(answer: WireAnswer): {
    readonly head: string[];
    /** For a format that carries thoughts. */
    readonly thoughts?: string[];
    readonly text: string[];
    readonly tail: string[];
  };
  whole(answer: WireAnswer): unknown;
}

type Json = Record<string, unknown>;

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => (typeof part.text === "string" ? part.text : textOf(part.content)))
    .join("\n");
}

function argumentsOf({ input }: ScriptedCall): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}

function fragments(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [""];
}

const sse = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const namedSse = (value: Json) => `event: ${String(value.type)}\n${sse(value)}`;

export const chatWire: Wire = {
  read: (body) => ({
    model: String(body.model),
    stream: body.stream === true,
    messages: list(body.messages).map((message) => ({
      role: String(message.role),
      text: textOf(message.content),
      calls: list(message.tool_calls).map((call) => String(object(call.function).name)),
    })),
    tools: list(body.tools).map((tool) => String(object(tool.function).name)),
  }),

  frames({ id, model, pieces, thoughts, calls, finish, ...tokens }) {
    const frame = (delta: Json, more: Json = {}) =>
      sse({
        id,
        object: "chat.completion.chunk",
        created: 0,
        model,
        choices: [{ index: 0, delta, finish_reason: null, ...more }],
      });
    const callFrames = calls.flatMap((call, index) => {
      const [first = "", ...others] = fragments(argumentsOf(call));
      const start = { index, id: call.callId, type: "function", function: { name: call.name, arguments: first } };
      return [
        frame({ tool_calls: [start] }),
        ...others.map((text) => frame({ tool_calls: [{ index, function: { arguments: text } }] })),
      ];
    });
    const usage = { id, object: "chat.completion.chunk", created: 0, model, choices: [], usage: chatUsage(tokens) };
    return {
      head: [frame({ role: "assistant", content: "" })],
      thoughts: thoughts.map((reasoning_content) => frame({ reasoning_content })),
      text: pieces.map((content) => frame({ content })),
      tail: [...callFrames, frame({}, { finish_reason: finish }), sse(usage), "data: [DONE]\n\n"],
    };
  },

  whole: ({ id, model, pieces, thoughts, calls, finish, ...tokens }) => ({
    id,
    object: "chat.completion",
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: finish,
        message: {
          role: "assistant",
          content: pieces.join("") || null,
          ...(thoughts.length > 0 && { reasoning_content: thoughts.join("") }),
          ...(calls.length > 0 && {
            tool_calls: calls.map((call) => ({
              id: call.callId,
              type: "function",
              function: { name: call.name, arguments: argumentsOf(call) },
            })),
          }),
        },
      },
    ],
    usage: chatUsage(tokens),
  }),
};

function chatUsage({ inputTokens, outputTokens }: Pick<WireAnswer, "inputTokens" | "outputTokens">): Json {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

const anthropicStops: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

export const anthropicWire: Wire = {
  read: (body) => ({
    model: String(body.model),
    stream: body.stream === true,
    messages: [
      ...(body.system === undefined ? [] : [{ role: "system", text: textOf(body.system), calls: [] }]),
      ...list(body.messages).flatMap(({ role, content }) => readAnthropicMessage(String(role), content)),
    ],
    tools: list(body.tools).map((tool) => String(tool.name)),
  }),

  frames({ id, model, pieces, calls, finish, inputTokens, outputTokens }) {
    const first = pieces.length > 0 ? 1 : 0;
    const stop = (index: number) => namedSse({ type: "content_block_stop", index });
    const callFrames = calls.flatMap((call, n) => {
      const index = n + first;
      const block = { type: "tool_use", id: call.callId, name: call.name, input: {} };
      const part = (text: string) =>
        namedSse({ type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: text } });
      return [
        namedSse({ type: "content_block_start", index, content_block: block }),
        ...fragments(argumentsOf(call)).map(part),
        stop(index),
      ];
    });
    const message = {
      id,
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
    return {
      head: [
        namedSse({
          type: "message_start",
          message: { ...message, usage: { input_tokens: inputTokens, output_tokens: 1 } },
        }),
        ...(first
          ? [namedSse({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })]
          : []),
      ],
      text: pieces.map((text) =>
        namedSse({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
      ),
      tail: [
        ...(first ? [stop(0)] : []),
        ...callFrames,
        namedSse({
          type: "message_delta",
          delta: { stop_reason: anthropicStops[finish] ?? "end_turn", stop_sequence: null },
          usage: { output_tokens: outputTokens },
        }),
        namedSse({ type: "message_stop" }),
      ],
    };
  },

  whole: ({ id, model, pieces, calls, finish, inputTokens, outputTokens }) => ({
    id,
    type: "message",
    role: "assistant",
    model,
    content: [
      ...(pieces.length > 0 ? [{ type: "text", text: pieces.join("") }] : []),
      ...calls.map((call) => ({ type: "tool_use", id: call.callId, name: call.name, input: call.input })),
    ],
    stop_reason: anthropicStops[finish] ?? "end_turn",
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  }),
};

function readAnthropicMessage(role: string, content: unknown): ChatMessage[] {
  if (typeof content === "string") return [{ role, text: content, calls: [] }];
  const parts = list(content);
  const results = parts.filter(({ type }) => type === "tool_result");
  const calls = parts.filter(({ type }) => type === "tool_use").map(({ name }) => String(name));
  const texts = parts.filter(({ type }) => type === "text");
  return [
    ...results.map((part) => ({ role: "tool", text: textOf(part.content), calls: [] })),
    ...(texts.length > 0 || calls.length > 0 ? [{ role, text: textOf(texts), calls }] : []),
  ];
}

export const responsesWire: Wire = {
  read: (body) => ({
    model: String(body.model),
    stream: body.stream === true,
    messages: list(body.input).map((item) => {
      if (item.type === "function_call_output") return { role: "tool", text: textOf(item.output), calls: [] };
      if (item.type === "function_call") return { role: "assistant", text: "", calls: [String(item.name)] };
      const role = item.role === "developer" ? "system" : String(item.role);
      return { role, text: textOf(item.content), calls: [] };
    }),
    tools: list(body.tools).map((tool) => String(tool.name)),
  }),

  frames(answer) {
    const { id, model, pieces, finish } = answer;
    const item = { type: "message", id: `${id}_m`, role: "assistant", status: "in_progress", content: [] };
    const first = pieces.length > 0 ? 1 : 0;
    const callFrames = callItems(answer).flatMap((call, n) => {
      const output_index = n + first;
      const part = (delta: string) =>
        namedSse({ type: "response.function_call_arguments.delta", item_id: call.id, output_index, delta });
      return [
        namedSse({
          type: "response.output_item.added",
          output_index,
          item: { ...call, arguments: "", status: "in_progress" },
        }),
        ...fragments(call.arguments).map(part),
        namedSse({ type: "response.output_item.done", output_index, item: call }),
      ];
    });
    const ended = finish === "length" ? "response.incomplete" : "response.completed";
    return {
      head: [
        namedSse({
          type: "response.created",
          response: { id, created_at: 0, model, object: "response", status: "in_progress" },
        }),
        ...(first ? [namedSse({ type: "response.output_item.added", output_index: 0, item })] : []),
      ],
      text: pieces.map((delta) =>
        namedSse({ type: "response.output_text.delta", item_id: item.id, output_index: 0, content_index: 0, delta }),
      ),
      tail: [
        ...(first
          ? [namedSse({ type: "response.output_item.done", output_index: 0, item: { ...item, status: "completed" } })]
          : []),
        ...callFrames,
        namedSse({ type: ended, response: responsesWire.whole(answer) }),
      ],
    };
  },

  whole(answer) {
    const { id, model, pieces, finish, inputTokens, outputTokens } = answer;
    const content = [{ type: "output_text", text: pieces.join(""), annotations: [] }];
    return {
      id,
      object: "response",
      created_at: 0,
      model,
      status: finish === "length" ? "incomplete" : "completed",
      incomplete_details: finish === "length" ? { reason: "max_output_tokens" } : null,
      output: [
        ...(pieces.length > 0
          ? [{ type: "message", id: `${id}_m`, role: "assistant", status: "completed", content }]
          : []),
        ...callItems(answer),
      ],
      usage: { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
    };
  },
};

function callItems({ id, calls }: WireAnswer) {
  return calls.map((call, n) => ({
    type: "function_call",
    id: `${id}_f${n}`,
    call_id: call.callId,
    name: call.name,
    arguments: argumentsOf(call),
    status: "completed",
  }));
}
