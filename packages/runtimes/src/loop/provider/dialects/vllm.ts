/** Describes vLLM. Ids are as long as its own, and templates are the model's. */
import type { Dialect } from "../profile.ts";

export const vllm: Dialect = {
  kind: "vllm",
  title: "vLLM",
  baseUrl: "http://127.0.0.1:8000/v1",
  needsKey: false,
  keyUrl: null,
  isLocal: true,
  callIdLength: 64,
  reasoningField: "reasoning",
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
};
