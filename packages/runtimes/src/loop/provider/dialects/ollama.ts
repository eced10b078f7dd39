/** Describes Ollama. It accepts a system message where a template has none, and reads thoughts back as `reasoning`. */
import type { Dialect } from "../profile.ts";

export const ollama: Dialect = {
  kind: "ollama",
  title: "Ollama",
  baseUrl: "http://127.0.0.1:11434/v1",
  needsKey: false,
  keyUrl: null,
  isLocal: true,
  callsWithoutText: "empty",
  reasoningField: "reasoning",
};
