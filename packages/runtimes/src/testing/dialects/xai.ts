/**
 * Simulates xAI's API. Its errors are a code and a string. Sources: xAI's API reference; errors as quoted in
 * cline/cline and sst/opencode issues.
 */
import { chatFrames, openaiUsage } from "./chat-frames.ts";
import { callsOf, chatMessages, firstOrphan, firstUnanswered, isEmptyContent, readChat } from "./chat-read.ts";
import { type Asked, bearerOnly, type Dialect, list, object, type Refusal, sse, text } from "./dialect.ts";

function xaiRefusal(
  status: number,
  error: string,
  code = "Client specified an invalid argument",
  headers = {},
): Refusal {
  return { status, headers, body: { code, error } };
}

export const xai: Dialect = {
  name: "xai",
  kind: "xai",
  model: "grok-4",
  base: "/v1",
  paths: ["/v1/chat/completions"],
  pages: { "/v1/models": { object: "list", data: [{ id: "grok-4", object: "model", owned_by: "xai" }] } },
  authorize: bearerOnly(
    xaiRefusal(400, "Incorrect API key provided: di***89. You can obtain an API key from https://console.x.ai."),
  ),
  check,
  read: readChat,
  callId: (n) => `call_${String(n).padStart(8, "0")}`,
  frames: (answer) =>
    chatFrames(answer, {
      thoughts: "reasoning_content",
      wholeCalls: true,
      usage: openaiUsage,
      usageAt: "every",
      chunkExtra: { system_fingerprint: "fp_x" },
    }),
  tooLong: (tokens, most) =>
    xaiRefusal(400, `This model's maximum prompt length is ${most} but the request contains ${tokens} tokens.`),
  rateLimit: xaiRefusal(
    429,
    "Too many requests for team x and model grok-4. Your team's rate limit is - requests per minute: 60.",
    "Some resource has been exhausted",
    { "retry-after": "7" },
  ),
  noTools: { never: "every model of it takes tools" },
  streamError: sse({
    code: "The service is currently unavailable",
    error:
      "Service temporarily unavailable. The model is at capacity and currently cannot serve this request. Please try again later.",
  }),
  signOfLife: null,
  images: { sees: true },
  reasoning: { back: "taken" },
  tells: { cached: true, cost: false },
};

function check({ body, vision }: Asked): Refusal | null {
  // A model that thinks accepts neither of these.
  const refused = ["stop", "presence_penalty", "frequency_penalty", "reasoning_effort"].find(
    (key) => body[key] !== undefined,
  );
  if (refused !== undefined) return xaiRefusal(400, `Argument not supported on this model: ${refused}`);
  const messages = chatMessages(body);
  for (const message of messages) {
    if (isEmptyContent(message.content) && callsOf(message).length === 0)
      return xaiRefusal(400, "Each message must have at least one content element.");
    if (!vision && list(message.content).some(({ type }) => type === "image_url"))
      return xaiRefusal(400, "Image inputs are not supported by this model.");
  }
  if (firstOrphan(messages) !== null)
    return xaiRefusal(400, "A tool message must follow an assistant message with a tool call of its id.");
  if (firstUnanswered(messages) !== null)
    return xaiRefusal(400, "Each tool call must be followed by a tool message with its result.");
  const bad = list(body.tools).find((tool) => !/^[a-zA-Z0-9_-]{1,64}$/.test(text(object(tool.function).name)));
  return bad === undefined
    ? null
    : xaiRefusal(422, "Failed to deserialize the JSON body into the target type: tools[0].function.name: invalid name");
}
