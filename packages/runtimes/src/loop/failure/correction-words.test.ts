import { expect, test } from "vitest";
import { correctionIn, joinCorrections, outputRoom, type SentRequest } from "./correction.ts";

const sent: SentRequest = {
  wire: "chat",
  fields: [
    "model",
    "messages",
    "max_tokens",
    "temperature",
    "tool_choice",
    "stream",
    "stream_options",
    "parallel_tool_calls",
    "store",
  ],
  hasTools: true,
  hasImages: true,
};
const newName: SentRequest = { ...sent, fields: ["model", "messages", "max_completion_tokens"] };

const mended = [
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    sent,
    { outputLimitField: "max_completion_tokens" },
  ],
  ["Unrecognized request argument supplied: max_completion_tokens", newName, { outputLimitField: "max_tokens" }],
  ["body.max_completion_tokens: Extra inputs are not permitted", newName, { outputLimitField: "max_tokens" }],
  [
    "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.",
    sent,
    { maxOutputTokens: 16_384 },
  ],
  ["`max_tokens` must be less than or equal to `8192`", sent, { maxOutputTokens: 8_192 }],
  [
    "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
    sent,
    { refusedFields: ["temperature"] },
  ],
  ["Unknown parameter: 'parallel_tool_calls'.", sent, { refusedFields: ["parallel_tool_calls"] }],
  ["body.stream_options: Extra inputs are not permitted", sent, { refusedFields: ["stream_options"] }],
  ["property 'store' is unsupported", sent, { refusedFields: ["store"] }],
  ["tool_choice is not supported by this server", sent, { refusedFields: ["tool_choice"] }],
  [
    "Your organization must be verified to stream this model. (unsupported_value, stream)",
    sent,
    { refusedFields: ["stream", "stream_options"] },
  ],
  ["Streaming is not supported by this deployment", sent, { refusedFields: ["stream", "stream_options"] }],
  ["property 'stream_options' is not in schema", sent, { refusedFields: ["stream_options"] }],
  ["the field store is not recognized", sent, { refusedFields: ["store"] }],
  [
    "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model",
    sent,
    { maxOutputTokens: 8_192 },
  ],
  ["Input validation error: tool use not supported by this model template", sent, { tools: false }],
  ["tool calling is disabled on this deployment", sent, { tools: false }],
  ["Werkzeuge (tools) werden von diesem Modell nicht unterstützt", sent, { tools: false }],
  ["このモデルではツールはサポートされていません", sent, { tools: false }],
  ["mock: unsupported capability: function_calling", sent, { tools: false }],
  ["Tools are not supported in streaming mode", sent, { refusedFields: ["stream", "stream_options"] }],
  ["parallel tool calls are not supported: parallel_tool_calls", sent, { refusedFields: ["parallel_tool_calls"] }],
  ["This model does not support image input", sent, { vision: false }],
  ["messages[0].content[1]: unknown variant `image_url`, expected `text`", sent, { vision: false }],
  ["No endpoints found that support image input", sent, { vision: false }],
  [
    "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
    sent,
    { vision: false },
  ],
  [
    "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
    sent,
    { callIdAlphabet: "alphanumeric", callIdLength: 9, isCallIdLengthExact: true },
  ],
  [
    "Invalid 'messages[2].tool_calls[0].id': string too long. Expected a string with maximum length 40",
    sent,
    { callIdLength: 40 },
  ],
  ["Unexpected role 'user' after role 'tool'", sent, { userAfterTool: false }],
  [
    "After the optional system message, conversation roles must alternate user/assistant",
    sent,
    { userAfterTool: false },
  ],
  ["System role not supported", sent, { system: false }],
  ["'system' role is not available for this model", sent, { system: false }],
  ["Developer instruction is not enabled for models/gemma-3-27b-it", sent, { system: false }],
  ["Only user and assistant roles are supported!", sent, { system: false }],
  ["messages[1]: content parts other than text are not accepted", sent, { vision: false }],
  [
    "tool_calls[0].id: value does not match ^[a-zA-Z0-9]{9}$",
    sent,
    { callIdAlphabet: "alphanumeric", callIdLength: 9, isCallIdLengthExact: true },
  ],
  [
    "The `reasoning_content` in the thinking mode must be passed back to the API.",
    sent,
    { reasoningBack: "all", needsReasoning: "with-calls", reasoningField: "reasoning_content" },
  ],
  [
    "messages.1.assistant.reasoning_content: Extra inputs are not permitted",
    sent,
    { reasoningBack: "none", needsReasoning: "never" },
  ],
  [
    "Function call is missing a thought_signature in functionCall parts.",
    sent,
    { foreignSignature: "skip_thought_signature_validator" },
  ],
] as const;

test.each(mended)("PR2: “%s” says how to go on", (words, request, correction) => {
  expect(correctionIn(words, request)).toEqual(correction);
});

test.each([
  "Bad Request",
  "The model `gpt-9` does not exist",
  "Invalid schema for function 'save': tools[0].function.parameters is not valid",
  "temperature must be between 0 and 2",
  "An assistant message with 'tool_calls' must be followed by tool messages",
  "invalid api key",
  "max_tokens must be less than the context length 8192 minus the prompt",
  "messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
  "the tool call ended unexpectedly: upstream timeout",
])("PR2: “%s” says nothing that could be mended", (words) => {
  expect(correctionIn(words, sent)).toBeNull();
});

test("PR2: without tools, images or the field in the request, none of them is the mistake", () => {
  const bare: SentRequest = { wire: "chat", fields: ["model", "messages"], hasTools: false, hasImages: false };
  expect(correctionIn("tools are not supported", bare)).toBeNull();
  expect(correctionIn("images are not supported", bare)).toBeNull();
  expect(correctionIn("temperature is not supported", bare)).toBeNull();
});

test("PR2: an answer that has no room beside its prompt is asked for shorter", () => {
  const words =
    "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 100 input tokens";
  expect(outputRoom(words)).toBe(1_024);
  expect(outputRoom(words.replace(" 100 ", " 4090 "))).toBeNull();
});

test("PR2: what is known already is no correction", () => {
  const known = { refusedFields: ["store"], tools: false };
  expect(joinCorrections(known, { tools: false })).toBeNull();
  expect(joinCorrections(known, { refusedFields: ["store"] })).toBeNull();
  expect(joinCorrections(known, { refusedFields: ["seed"] })).toEqual({
    refusedFields: ["store", "seed"],
    tools: false,
  });
});
