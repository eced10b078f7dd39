/**
 * Simulates Moonshot's API with Kimi thinking. Sources: Moonshot's API reference; sipeed/picoclaw#588,
 * mastra-ai/mastra#12592, openclaw/openclaw#59689 (a thought must not be empty), MoonshotAI/Kimi-K2 (ids of calls; a
 * schema flavoured its own way).
 */
import { chatFrames } from "./chat-frames.ts";
import {
  callsOf,
  chatMessages,
  firstOrphan,
  firstUnanswered,
  firstWithCalls,
  imageUrlOf,
  isEmptyContent,
  readChat,
} from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, type Json, list, object, type Refusal, sse, text } from "./dialect.ts";

function moonshotRefusal(status: number, message: string, type = "invalid_request_error"): Refusal {
  return { status, body: { error: { message, type } } };
}

export const moonshot: Dialect = {
  name: "moonshot",
  kind: "moonshot",
  model: "kimi-k2.5",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: {
    "/v1/models": {
      object: "list",
      data: [
        {
          id: "kimi-k2.5",
          object: "model",
          owned_by: "moonshot",
          context_length: 262_144,
          supports_image_in: true,
          supports_reasoning: true,
        },
      ],
    },
  },
  authorize: bearerOnly(moonshotRefusal(401, "Invalid Authentication", "invalid_authentication_error")),
  check,
  read: readChat,
  callId: (n, name) => `functions.${name}:${n}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning_content",
      usageAt: "in-choice",
      usage: ({ input, cached, output }) => ({
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        cached_tokens: cached,
      }),
    }),
  tooLong: (tokens, most) =>
    moonshotRefusal(400, `Invalid request: Your request exceeded model token limit: ${most} (requested: ${tokens})`),
  rateLimit: moonshotRefusal(
    429,
    "Your account org-x<ak-x> request reached organization max RPM: 3, please try again after 7 seconds",
    "rate_limit_reached_error",
  ),
  noTools: { never: "every model of it takes tools" },
  streamError: sse({
    error: { message: "The engine is currently overloaded, please try again later", type: "engine_overloaded_error" },
  }),
  signOfLife: null,
  images: { sees: true },
  reasoning: { back: "needed" },
  tells: { cached: true, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  const messages = chatMessages(body);
  for (const [at, message] of messages.entries()) {
    const role = text(message.role);
    if (isEmptyContent(message.content) && callsOf(message).length === 0) {
      return moonshotRefusal(
        400,
        `Invalid request: the message at position ${at} with role '${role}' must not be empty`,
      );
    }
    for (const part of list(message.content)) {
      if (part.type === "text" && text(part.text) === "")
        return moonshotRefusal(400, "Invalid request: text content is empty");
      if (part.type !== "image_url") continue;
      if (!vision) return moonshotRefusal(400, "Invalid request: Image input not supported for this model");
      if (!imageUrlOf(part).startsWith("data:image/"))
        return moonshotRefusal(400, "Invalid request: unsupported image url");
    }
  }
  const orphan = firstOrphan(messages);
  if (orphan !== null) return moonshotRefusal(400, `Invalid request: tool_call_id ${orphan.ids[0]} is not found`);
  const open = firstUnanswered(messages);
  if (open !== null) {
    return moonshotRefusal(
      400,
      `Invalid request: an assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.ids.join(", ")}`,
    );
  }
  const bare = firstWithCalls(messages, 0, ({ reasoning_content: thought }) => text(thought) === "");
  if (bare >= 0)
    return moonshotRefusal(
      400,
      `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${bare}`,
    );
  return toolFault(body);
}

function toolFault(body: Json): Refusal | null {
  const names = list(body.tools).map((tool) => text(object(tool.function).name));
  const bad = names.find((name) => !/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/.test(name));
  if (bad !== undefined) {
    return moonshotRefusal(
      400,
      "Invalid request: function name is invalid, must start with a letter and can contain letters, numbers, underscores, and dashes",
    );
  }
  if (new Set(names).size < names.length) return moonshotRefusal(400, "Invalid request: function name is duplicated");
  for (const tool of list(body.tools)) {
    const fault = flavourFault(object(object(tool.function).parameters), "");
    if (fault !== null)
      return moonshotRefusal(
        400,
        `Invalid request: tools.function.parameters is not a valid moonshot flavored json schema, details: <${fault}>`,
      );
  }
  return null;
}

function flavourFault(schema: Json, path: string): string | null {
  if (Array.isArray(schema.anyOf) && schema.type !== undefined) {
    return `At path '${path}': type should be defined in anyOf items instead of the parent schema`;
  }
  if ("$ref" in schema && Object.keys(schema).length > 1) return `At path '${path}': $ref must not have siblings`;
  if (Array.isArray(schema.enum) && schema.enum.length === 0) return `At path '${path}': enum must not be empty`;
  const properties = Object.entries(object(schema.properties)).map(
    ([key, value]) => [`${path}.properties.${key}`, value] as const,
  );
  const others = [...list(schema.anyOf), ...(schema.items === undefined ? [] : [schema.items])].map(
    (value) => [`${path}.items`, value] as const,
  );
  return (
    [...properties, ...others].map(([at, child]) => flavourFault(object(child), at)).find((fault) => fault !== null) ??
    null
  );
}
