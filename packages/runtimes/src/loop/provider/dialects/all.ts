/** Lists the dialects, one file each. */
import type { ProviderKind } from "@reef/protocol/provider";
import type { Dialect } from "../profile.ts";
import { anthropic } from "./anthropic.ts";
import { azure } from "./azure.ts";
import { deepseek } from "./deepseek.ts";
import { gemini } from "./gemini.ts";
import { groq } from "./groq.ts";
import { llamacpp } from "./llamacpp.ts";
import { lmstudio } from "./lmstudio.ts";
import { mistral } from "./mistral.ts";
import { moonshot } from "./moonshot.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openaiCompatible } from "./openai-compatible.ts";
import { openrouter } from "./openrouter.ts";
import { vllm } from "./vllm.ts";
import { xai } from "./xai.ts";

export const dialects: Readonly<Record<ProviderKind, Dialect>> = {
  openai,
  azure,
  anthropic,
  gemini,
  openrouter,
  deepseek,
  moonshot,
  mistral,
  groq,
  xai,
  ollama,
  lmstudio,
  llamacpp,
  vllm,
  "openai-compatible": openaiCompatible,
};
