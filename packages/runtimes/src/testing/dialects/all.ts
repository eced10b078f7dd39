/** Lists every dialect that the table of providers has a row for. */
import { anthropic } from "./anthropic.ts";
import { azure } from "./azure.ts";
import { deepseek } from "./deepseek.ts";
import type { Dialect } from "./dialect.ts";
import { gemini } from "./gemini.ts";
import { groq } from "./groq.ts";
import { llamacpp } from "./llamacpp.ts";
import { lmstudio } from "./lmstudio.ts";
import { mistral } from "./mistral.ts";
import { moonshot } from "./moonshot.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { bareServer, openaiChat } from "./strangers.ts";
import { vllm } from "./vllm.ts";
import { xai } from "./xai.ts";

export const dialects: readonly Dialect[] = [
  ...[openai, azure, anthropic, gemini, openrouter, deepseek, moonshot, mistral],
  ...[groq, xai, ollama, lmstudio, llamacpp, vllm, openaiChat, bareServer],
];
