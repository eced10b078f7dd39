/** Describes any other server that resembles OpenAI's chat completions. */
import type { Dialect } from "../profile.ts";

export const openaiCompatible: Dialect = {
  kind: "openai-compatible",
  title: "OpenAI-compatible server",
  baseUrl: null,
  needsKey: false,
  keyUrl: null,
  isLocal: false,
};
