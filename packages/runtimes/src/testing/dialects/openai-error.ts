/** Checks what OpenAI's chat completions refuse, and words the refusal. Azure and many gateways pass both on. */
import { callsOf, chatMessages, firstBadArguments, firstOrphan, firstUnanswered, isEmptyContent } from "./chat-read.ts";
import { type Asked, firstUnknown, type Json, list, object, type Refusal, text } from "./dialect.ts";

export function openaiRefusal(status: number, message: string, more: Json = {}): Refusal {
  return { status, body: { error: { message, type: "invalid_request_error", param: null, code: null, ...more } } };
}

const topLevel = [
  ...["model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_completion_tokens", "max_tokens"],
  ...[
    "temperature",
    "top_p",
    "n",
    "stop",
    "user",
    "parallel_tool_calls",
    "response_format",
    "reasoning_effort",
    "store",
  ],
  ...[
    "metadata",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "verbosity",
    "prompt_cache_key",
    "safety_identifier",
  ],
];
const ofMessage = ["role", "content", "name", "tool_calls", "tool_call_id", "refusal"];

/** Sources: OpenAI's API reference and its error texts as quoted in openai/openai-python, vercel/ai and langchain-ai issues. */
export function checkOpenaiChat({ body, vision }: Asked): Refusal | null {
  const unknown = firstUnknown(body, topLevel);
  if (unknown !== null) return openaiRefusal(400, `Unrecognized request argument supplied: ${unknown}`);
  const messages = chatMessages(body);
  if (messages.length === 0) {
    return openaiRefusal(
      400,
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      { param: "messages", code: "empty_array" },
    );
  }
  for (const [at, message] of messages.entries()) {
    const fault = messageFault(message, at, vision);
    if (fault !== null) return fault;
  }
  return limitFault(body) ?? pairFault(messages) ?? toolFault(body);
}

function messageFault(message: Json, at: number, vision: boolean): Refusal | null {
  const place = `messages[${at}]`;
  const unknown = firstUnknown(message, ofMessage);
  if (unknown !== null) {
    return openaiRefusal(400, `Unknown parameter: '${place}.${unknown}'.`, {
      param: `${place}.${unknown}`,
      code: "unknown_parameter",
    });
  }
  const role = text(message.role);
  if (!["system", "developer", "user", "assistant", "tool"].includes(role)) {
    return openaiRefusal(
      400,
      `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
      { param: `${place}.role`, code: "invalid_value" },
    );
  }
  if (Array.isArray(message.tool_calls) && message.tool_calls.length === 0) {
    return openaiRefusal(
      400,
      `Invalid '${place}.tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      { param: `${place}.tool_calls`, code: "empty_array" },
    );
  }
  if ((message.content === null || message.content === undefined) && callsOf(message).length === 0) {
    return openaiRefusal(400, "Invalid value for 'content': expected a string, got null.", {
      param: `messages.[${at}].content`,
    });
  }
  if (Array.isArray(message.content) && isEmptyContent(message.content)) {
    return openaiRefusal(
      400,
      `Invalid '${place}.content': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      { param: `${place}.content`, code: "empty_array" },
    );
  }
  if (!vision && list(message.content).some(({ type }) => type === "image_url")) {
    return openaiRefusal(400, `Invalid content type. image_url is only supported by certain models.`, {
      param: `messages.[${at}].content.[1].type`,
    });
  }
  for (const [n, call] of callsOf(message).entries()) {
    const id = text(call.id);
    if (id.length > 64) {
      return openaiRefusal(
        400,
        `Invalid '${place}.tool_calls[${n}].id': string too long. Expected a string with maximum length 64, but got a string with length ${id.length} instead.`,
        { param: `${place}.tool_calls[${n}].id`, code: "string_above_max_length" },
      );
    }
    const name = text(object(call.function).name);
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      return openaiRefusal(
        400,
        `Invalid '${place}.tool_calls[${n}].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        { param: `${place}.tool_calls[${n}].function.name`, code: "invalid_value" },
      );
    }
  }
  return null;
}

function limitFault(body: Json): Refusal | null {
  if (!/^(o\d|gpt-5)/.test(text(body.model))) return null;
  if (body.max_tokens !== undefined) {
    return openaiRefusal(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: "max_tokens", code: "unsupported_parameter" },
    );
  }
  if (body.temperature !== undefined && body.temperature !== 1) {
    return openaiRefusal(
      400,
      "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
      { param: "temperature", code: "unsupported_value" },
    );
  }
  return null;
}

function pairFault(messages: readonly Json[]): Refusal | null {
  const orphan = firstOrphan(messages);
  if (orphan !== null) {
    return openaiRefusal(
      400,
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      { param: `messages.[${orphan.at}].role` },
    );
  }
  const unanswered = firstUnanswered(messages);
  if (unanswered !== null) {
    return openaiRefusal(
      400,
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${unanswered.ids.join(", ")}`,
      { param: "messages" },
    );
  }
  const bad = firstBadArguments(messages);
  return bad === null
    ? null
    : openaiRefusal(
        400,
        `Invalid type for 'messages[${bad.at}].tool_calls[0].function.arguments': expected a string of JSON.`,
        { param: `messages[${bad.at}].tool_calls[0].function.arguments`, code: "invalid_type" },
      );
}

export function toolFault(body: Json): Refusal | null {
  if (Array.isArray(body.tools) && body.tools.length === 0) {
    return openaiRefusal(
      400,
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      { param: "tools", code: "empty_array" },
    );
  }
  if (body.tool_choice !== undefined && body.tools === undefined) {
    return openaiRefusal(
      400,
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      { param: "tool_choice" },
    );
  }
  for (const [at, tool] of list(body.tools).entries()) {
    const { name, parameters, description } = "function" in tool ? object(tool.function) : tool;
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(text(name))) {
      return openaiRefusal(
        400,
        `Invalid 'tools[${at}].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        { param: `tools[${at}].function.name`, code: "invalid_value" },
      );
    }
    if (text(description).length > 1_024 * 8) {
      return openaiRefusal(400, `Invalid 'tools[${at}].function.description': string too long.`, {
        param: `tools[${at}].function.description`,
        code: "string_above_max_length",
      });
    }
    const fault = schemaFault(object(parameters));
    if (fault !== null) {
      return openaiRefusal(400, `Invalid schema for function '${text(name)}': ${fault}`, {
        param: `tools[${at}].function.parameters`,
        code: "invalid_function_parameters",
      });
    }
  }
  return null;
}

function schemaFault(schema: Json): string | null {
  if (schema.type !== "object") {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type === undefined ? "None" : String(schema.type)}"'.`;
  }
  const top = ["oneOf", "anyOf", "allOf", "enum", "not"].find((key) => key in schema);
  if (top !== undefined) {
    return `schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.`;
  }
  return arrayWithoutItems(schema) ? "In context=(), array schema missing items." : null;
}

export function arrayWithoutItems(schema: Json): boolean {
  if (schema.type === "array" && schema.items === undefined) return true;
  return Object.values(schema).some((value) =>
    Array.isArray(value) ? list(value).some(arrayWithoutItems) : arrayWithoutItems(object(value)),
  );
}

export function openaiTooLong(tokens: number, most: number): Refusal {
  return openaiRefusal(
    400,
    `This model's maximum context length is ${most} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    { param: "messages", code: "context_length_exceeded" },
  );
}

export const wrongKey = openaiRefusal(
  401,
  "Incorrect API key provided: dial****. You can find your API key at https://platform.openai.com/account/api-keys.",
  { code: "invalid_api_key" },
);
