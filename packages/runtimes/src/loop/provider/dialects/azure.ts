/** Describes OpenAI's models at Azure: chat completions, and a different header for the key. */
import type { Dialect } from "../profile.ts";
import { limitsByCompletion } from "./model-hints.ts";

export const azure: Dialect = {
  kind: "azure",
  title: "Azure OpenAI",
  baseUrl: null,
  needsKey: true,
  keyUrl: "https://ai.azure.com",
  isLocal: false,
  auth: "api-key",
  callIdLength: 64,
  userAfterTool: true,
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
  forModel: limitsByCompletion,
};
