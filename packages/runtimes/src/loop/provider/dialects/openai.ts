/** Describes OpenAI: the Responses API, which stores nothing and returns its reasoning sealed. */
import type { Dialect } from "../profile.ts";

export const openai: Dialect = {
  kind: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  needsKey: true,
  keyUrl: "https://platform.openai.com/api-keys",
  isLocal: false,
  wire: "responses",
  callIdLength: 64,
  userAfterTool: true,
  outputLimitField: "max_completion_tokens",
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
  toolImages: "inside",
};
