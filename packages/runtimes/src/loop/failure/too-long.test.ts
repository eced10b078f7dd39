import { expect, test } from "vitest";
import { isOverRateLimit, isTooLong, limitIn } from "./too-long.ts";

const tooLong = [
  ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.", 8192],
  ["the request exceeds the available context size, try increasing it (exceed_context_size_error)", null],
  [
    "Trying to keep the first 9001 tokens when context the overflows. However, the model is loaded with context length of only 8192 tokens, which is not enough.",
    8192,
  ],
  ["The input token count (9001) exceeds the maximum number of tokens allowed (8192).", 8192],
  ["This model's maximum prompt length is 8192 but the request contains 9001 tokens.", 8192],
  ["Invalid request: Your request exceeded model token limit: 8192 (requested: 9001)", 8192],
  ["Prompt contains 9001 tokens and 0 draft tokens, too large for model with 8192 maximum context length", 8192],
  [
    "input length and `max_tokens` exceed context limit: 9001 + 4096 > 8192, decrease input length or `max_tokens` and try again",
    8192,
  ],
  ["`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9001 `inputs` tokens and 0 `max_new_tokens`", 8193],
  ["Prompt exceeds max length (1261)", null],
  ["Range of input length should be [1, 8192]", 8192],
  ["Context length exceeded: 9001 > 8192", 8192],
  ["prompt is too long: 210000 tokens > 200000 maximum", 200_000],
  ["Input is too long for requested model.", null],
  ["Requested tokens (9001) exceed context window of 8192", 8192],
  ["too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 8000.", 4081],
  [
    "Malformed input request: expected maxLength: 20480, actual: 50000, please reformat your input and try again.",
    null,
  ],
  ["The input token count is 33000 but model only supports up to 32768", 32_768],
  ["Please reduce the length of the messages or completion.", null],
  [
    "Invalid 'messages[1].content': string too long. Expected a string with maximum length 1048576, but got a string with length 1200000 instead.",
    null,
  ],
  ["This endpoint's maximum context length is 131,072 tokens. However, you requested about 140,000 tokens", 131_072],
  ["max_model_len (4096) is smaller than the prompt (5000)", 4096],
  ["输入内容过长，上下文长度超过最大限制 8192", 8192],
  ["请求的 token 数超过模型最大上下文长度", null],
  ["El mensaje es demasiado largo para este modelo", null],
  ["Request too large for model `x` on tokens per minute (TPM): Limit 8000, Requested 9001", 8000],
] as const;

test.each(tooLong)("PR5: too long, in the words of a server: %s", (words, limit) => {
  expect(isTooLong(words)).toBe(true);
  if (limit !== null) expect(limitIn(words)).toBe(limit);
});

test.each([
  "Invalid 'messages[2].tool_calls[0].id': string too long. Expected a string with maximum length 64, but got a string with length 400 instead.",
  "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
  "Too many requests, please slow down",
  "Rate limit exceeded: free-models-per-day. Your request exceeded the limit.",
  "The request took too long and was cancelled (upstream timeout)",
  "max_tokens (100000) exceeds the model's limit of 8192",
  "You exceeded your current quota, please check your plan and billing details.",
  "Invalid 'tools[0].function.name': string too long.",
  "image is too large: 12 MB exceeds 5 MB",
  "The model `x` does not exist",
  "temperature must be between 0 and 2",
  "Unexpected role 'user' after role 'tool'",
  "invalid api key",
])("PR5: something else, which a shorter window would not mend: %s", (words) => {
  expect(isTooLong(words)).toBe(false);
});

test("PR5: a request larger than all tokens of a minute never fits; one that only comes too early does later", () => {
  expect(isOverRateLimit("tokens per min (TPM): Limit 8000, Requested 9001.")).toBe(true);
  expect(isOverRateLimit("tokens per min (TPM): Limit 8000, Used 7900, Requested 500.")).toBe(false);
});
