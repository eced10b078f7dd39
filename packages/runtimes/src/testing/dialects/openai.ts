/**
 * Simulates OpenAI's Responses API with a model that thinks. Sources: OpenAI's API reference; its error texts as quoted
 * in openai/openai-agents-js#546, vercel/ai#7543, anomalyco/opencode#5104, maximhq/bifrost#5410.
 */
import { textOf } from "./chat-read.ts";
import {
  type Answer,
  type Asked,
  bearerOnly,
  type Dialect,
  type Frames,
  firstUnknown,
  fragments,
  inStream,
  type Json,
  list,
  type Minted,
  namedSse,
  object,
  type ReceivedMessage,
  type Refusal,
  text,
} from "./dialect.ts";
import { openaiRefusal, toolFault, wrongKey } from "./openai-error.ts";

const topLevel = [
  ...["model", "input", "instructions", "tools", "tool_choice", "stream", "store", "include", "reasoning", "text"],
  ...[
    "max_output_tokens",
    "temperature",
    "top_p",
    "parallel_tool_calls",
    "metadata",
    "user",
    "truncation",
    "max_tool_calls",
  ],
  ...[
    "previous_response_id",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
    "background",
    "conversation",
    "prompt",
  ],
];

export const openai: Dialect = {
  name: "openai",
  kind: "openai",
  model: "gpt-5.1",
  base: "/v1",
  paths: ["/v1/responses"],
  pages: {
    "/v1/models": { object: "list", data: [{ id: "gpt-5.1", object: "model", created: 1, owned_by: "openai" }] },
  },
  authorize: bearerOnly(wrongKey),
  check,
  read: (body) => ({
    messages: list(body.input).flatMap(toReceived),
    tools: list(body.tools).map(({ name }) => text(name)),
    images: list(body.input).flatMap(({ content, output }) =>
      [...list(content), ...list(output)]
        .filter(({ type }) => type === "input_image")
        .map(({ image_url: url }) => text(url).replace(/^data:[^,]*,/, "")),
    ),
  }),
  callId: (n) => `call_${String(n).padStart(24, "Ab0")}`,
  frames,
  tooLong: () =>
    inStream(
      namedSse({
        type: "response.failed",
        sequence_number: 2,
        response: {
          id: "resp_long",
          object: "response",
          created_at: 1_760_000_000,
          model: "gpt-5.1",
          status: "failed",
          output: [],
          error: {
            code: "context_length_exceeded",
            message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
          },
        },
      }),
    ),
  rateLimit: {
    ...openaiRefusal(
      429,
      "Rate limit reached for gpt-5.1 in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 7s.",
      { type: "tokens", code: "rate_limit_exceeded" },
    ),
    headers: { "retry-after": "7" },
  },
  noTools: openaiRefusal(400, "Unsupported parameter: 'tools' is not supported with this model.", {
    param: "tools",
    code: "unsupported_parameter",
  }),
  streamError: namedSse({
    type: "error",
    sequence_number: 9,
    code: "server_error",
    message: "The server had an error processing your request. Sorry about that!",
    param: null,
  }),
  signOfLife: namedSse({ type: "keepalive", sequence_number: 3 }),
  images: { sees: true },
  reasoning: { back: "needed" },
  tells: { cached: true, cost: false },
};

function toReceived(item: Json): ReceivedMessage[] {
  const message = { text: "", calls: [], callId: null, reasoning: "" };
  switch (item.type ?? "message") {
    case "function_call":
      return [{ ...message, role: "assistant", calls: [{ callId: text(item.call_id), name: text(item.name) }] }];
    case "function_call_output":
      return [{ ...message, role: "tool", text: textOf(item.output), callId: text(item.call_id) }];
    case "reasoning":
      return [
        {
          ...message,
          role: "assistant",
          reasoning: list(item.summary)
            .map((part) => text(part.text))
            .join(""),
        },
      ];
    default: {
      const role = item.role === "developer" ? "system" : (text(item.role) as ReceivedMessage["role"]);
      return [{ ...message, role, text: textOf(item.content) }];
    }
  }
}

function check(asked: Asked): Refusal | null {
  const { body } = asked;
  const unknown = firstUnknown(body, topLevel);
  if (unknown !== null)
    return openaiRefusal(400, `Unknown parameter: '${unknown}'.`, { param: unknown, code: "unknown_parameter" });
  if (body.temperature !== undefined) {
    return openaiRefusal(400, "Unsupported parameter: 'temperature' is not supported with this model.", {
      param: "temperature",
      code: "unsupported_parameter",
    });
  }
  const limit = body.max_output_tokens;
  if (typeof limit === "number" && limit < 16) {
    return openaiRefusal(
      400,
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`,
      { param: "max_output_tokens", code: "integer_below_min_value" },
    );
  }
  const items = list(body.input);
  for (const [at, item] of items.entries()) {
    const fault = itemFault(asked, items, at, item);
    if (fault !== null) return fault;
  }
  return pairFault(items) ?? toolFault(body);
}

function itemFault({ body, minted, vision }: Asked, items: readonly Json[], at: number, item: Json): Refusal | null {
  const callId = text(item.call_id);
  if (callId.length > 64) {
    return openaiRefusal(
      400,
      `Invalid 'input[${at}].call_id': string too long. Expected a string with maximum length 64, but got a string with length ${callId.length} instead.`,
      { param: `input[${at}].call_id`, code: "string_above_max_length" },
    );
  }
  switch (item.type ?? "message") {
    case "item_reference":
      return notFound(text(item.id));
    case "reasoning":
      return reasoningFault({ minted, items, at, item, isStored: body.store !== false });
    case "function_call":
      if (typeof item.id === "string" && !item.id.startsWith("fc")) {
        return openaiRefusal(400, `Invalid 'input[${at}].id': '${item.id}'. Expected an ID that begins with 'fc'.`, {
          param: `input[${at}].id`,
          code: "invalid_value",
        });
      }
      return callFault(minted, items, at, item);
    case "function_call_output":
      return null;
    case "message":
      if (typeof item.id === "string" && !item.id.startsWith("msg")) {
        return openaiRefusal(400, `Invalid 'input[${at}].id': '${item.id}'. Expected an ID that begins with 'msg'.`, {
          param: `input[${at}].id`,
          code: "invalid_value",
        });
      }
      return contentFault(item, at, vision);
    default:
      return openaiRefusal(400, `Invalid value: '${String(item.type)}'.`, {
        param: `input[${at}]`,
        code: "invalid_value",
      });
  }
}

function contentFault({ role, content }: Json, at: number, vision: boolean): Refusal | null {
  const place = `input[${at}].content`;
  const parts = list(content);
  if (Array.isArray(content) && parts.length === 0)
    return openaiRefusal(400, `Invalid '${place}': empty array.`, { param: place, code: "empty_array" });
  const allowed = role === "assistant" ? ["output_text", "refusal"] : ["input_text", "input_image", "input_file"];
  for (const [n, part] of parts.entries()) {
    if (!allowed.includes(text(part.type))) {
      return openaiRefusal(
        400,
        `Invalid value: '${text(part.type)}'. Supported values are: ${allowed.map((value) => `'${value}'`).join(", ")}.`,
        { param: `${place}[${n}]`, code: "invalid_value" },
      );
    }
    if (part.type === "input_image" && !vision)
      return openaiRefusal(400, "Invalid value: 'input_image'. This model does not support image inputs.", {
        param: `${place}[${n}]`,
      });
    if (
      part.type === "input_image" &&
      !/^(data:image\/(png|jpeg|webp|gif);base64,|https:)/.test(text(part.image_url))
    ) {
      return openaiRefusal(
        400,
        `Invalid '${place}[${n}].image_url'. Expected a valid URL, but got a value with an invalid format.`,
        { param: `${place}[${n}].image_url`, code: "invalid_value" },
      );
    }
  }
  return null;
}

const notFound = (id: string) =>
  openaiRefusal(
    404,
    `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    { param: "input" },
  );

interface ReasoningPlace {
  readonly minted: Minted;
  readonly items: readonly Json[];
  readonly at: number;
  readonly item: Json;
  readonly isStored: boolean;
}

function reasoningFault({ minted, items, at, item, isStored }: ReasoningPlace): Refusal | null {
  const id = text(item.id);
  const sealed = item.encrypted_content;
  if (typeof sealed !== "string" || sealed === "") return isStored && minted.has(id) ? null : notFound(id);
  if (!minted.has(sealed)) {
    return openaiRefusal(
      400,
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      { code: "invalid_encrypted_content" },
    );
  }
  const next = items[at + 1];
  const follows = next?.type === "function_call" || next?.type === "reasoning" || next?.role === "assistant";
  return follows
    ? null
    : openaiRefusal(400, `Item '${id}' of type 'reasoning' was provided without its required following item.`, {
        param: "input",
      });
}

/** A call with its id is looked up, and its thought must precede it. */
function callFault(minted: Minted, items: readonly Json[], at: number, { id }: Json): Refusal | null {
  const thought = typeof id === "string" ? minted.get(id) : undefined;
  if (thought === undefined || items.slice(0, at).some((item) => item.id === thought)) return null;
  return openaiRefusal(
    400,
    `Item '${String(id)}' of type 'function_call' was provided without its required 'reasoning' item: '${String(thought)}'.`,
    { param: "input" },
  );
}

function pairFault(items: readonly Json[]): Refusal | null {
  const idsOf = (type: string) => items.filter((item) => item.type === type).map((item) => text(item.call_id));
  const [calls, outputs] = [idsOf("function_call"), idsOf("function_call_output")];
  const orphan = outputs.find((id) => !calls.includes(id));
  if (orphan !== undefined)
    return openaiRefusal(400, `No tool call found for function call output with call_id ${orphan}.`, {
      param: "input",
    });
  const open = calls.find((id) => !outputs.includes(id));
  if (open !== undefined)
    return openaiRefusal(400, `No tool output found for function call ${open}.`, { param: "input" });
  const twice = calls.find((id, at) => calls.indexOf(id) !== at);
  return twice === undefined
    ? null
    : openaiRefusal(400, `Duplicate item found with call_id ${twice}.`, { param: "input" });
}

function frames(answer: Answer, { body, minted }: Asked): Frames {
  const { n, id, model, pieces, calls, reasoning, tokens } = answer;
  const response = {
    id: `resp_${id}`,
    object: "response",
    created_at: 1_760_000_000,
    model,
    status: "in_progress",
    output: [],
  };
  const wantsSeal = Array.isArray(body.include) && body.include.includes("reasoning.encrypted_content");
  const thoughtId = `rs_${id}`;
  const seal = `gAAAAA-${id}`;
  if (reasoning !== "") minted.set(thoughtId, true).set(seal, true);
  const thought = {
    type: "reasoning",
    id: thoughtId,
    encrypted_content: wantsSeal ? seal : null,
    summary: [{ type: "summary_text", text: reasoning }],
  };
  const words = { type: "message", id: `msg_${id}`, role: "assistant", status: "in_progress", content: [] };
  const output: Json[] = [];
  const head = [namedSse({ type: "response.created", response }), namedSse({ type: "response.in_progress", response })];
  if (reasoning !== "") {
    output.push(thought);
    head.push(...thoughtFrames(thought, reasoning));
  }
  const at = output.length;
  if (pieces.length > 0) {
    output.push({
      ...words,
      status: "completed",
      content: [{ type: "output_text", text: pieces.join(""), annotations: [] }],
    });
    head.push(namedSse({ type: "response.output_item.added", output_index: at, item: words }));
    head.push(
      namedSse({
        type: "response.content_part.added",
        item_id: words.id,
        output_index: at,
        content_index: 0,
        part: { type: "output_text", text: "", annotations: [] },
      }),
    );
  }
  const tail =
    pieces.length > 0 ? [namedSse({ type: "response.output_item.done", output_index: at, item: output[at] })] : [];
  for (const [m, call] of calls.entries()) {
    const item = {
      type: "function_call",
      id: `fc_${id}_${m}`,
      call_id: call.callId,
      name: call.name,
      arguments: JSON.stringify(call.input),
      status: "completed",
    };
    if (reasoning !== "") minted.set(item.id, thoughtId);
    tail.push(...callItemFrames(item, output.length));
    output.push(item);
  }
  const usage = {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cached },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens.input + tokens.output,
  };
  tail.push(
    namedSse({
      type: "response.completed",
      sequence_number: 100 + n,
      response: { ...response, status: "completed", output, usage },
    }),
  );
  return {
    head,
    text: pieces.map((delta) =>
      namedSse({ type: "response.output_text.delta", item_id: words.id, output_index: at, content_index: 0, delta }),
    ),
    tail,
  };
}

function thoughtFrames(item: Json, reasoning: string): string[] {
  const place = { item_id: item.id, output_index: 0, summary_index: 0 };
  return [
    namedSse({
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, encrypted_content: null, summary: [] },
    }),
    namedSse({ type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } }),
    ...fragments(reasoning).map((delta) =>
      namedSse({ type: "response.reasoning_summary_text.delta", ...place, delta }),
    ),
    namedSse({ type: "response.reasoning_summary_part.done", ...place, part: object(list(item.summary)[0]) }),
    namedSse({ type: "response.output_item.done", output_index: 0, item }),
  ];
}

function callItemFrames(item: Json, index: number): string[] {
  return [
    namedSse({
      type: "response.output_item.added",
      output_index: index,
      item: { ...item, arguments: "", status: "in_progress" },
    }),
    ...fragments(text(item.arguments)).map((delta) =>
      namedSse({ type: "response.function_call_arguments.delta", item_id: item.id, output_index: index, delta }),
    ),
    namedSse({
      type: "response.function_call_arguments.done",
      item_id: item.id,
      output_index: index,
      arguments: item.arguments,
    }),
    namedSse({ type: "response.output_item.done", output_index: index, item }),
  ];
}
