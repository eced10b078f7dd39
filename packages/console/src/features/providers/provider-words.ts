/** Describes a provider: its kind, the source of its settings, and the result of its test. */
import { assertNever } from "@reef/protocol/error";
import type { Provider, ProviderKind, ProviderTest, ProviderTestStep } from "@reef/protocol/provider";

export const titleByKind: Readonly<Record<ProviderKind, string>> = {
  openai: "OpenAI",
  azure: "Azure OpenAI",
  anthropic: "Anthropic",
  gemini: "Google Gemini",
  openrouter: "OpenRouter",
  deepseek: "DeepSeek",
  moonshot: "Moonshot (Kimi)",
  mistral: "Mistral",
  groq: "Groq",
  xai: "xAI",
  ollama: "Ollama",
  lmstudio: "LM Studio",
  llamacpp: "llama.cpp",
  vllm: "vLLM",
  "openai-compatible": "OpenAI-compatible",
};

export const lineByKind: Readonly<Record<ProviderKind, string>> = {
  openai: "GPT models",
  azure: "Your own Azure resource",
  anthropic: "Claude models",
  gemini: "Gemini models",
  openrouter: "Many models, one key",
  deepseek: "DeepSeek models",
  moonshot: "Kimi models",
  mistral: "Mistral models",
  groq: "Open models, very fast",
  xai: "Grok models",
  ollama: "Open models",
  lmstudio: "Open models, desktop app",
  llamacpp: "Open models, llama-server",
  vllm: "Open models on GPUs",
  "openai-compatible": "Any OpenAI-compatible API",
};

/** Names it by what it is to a person who chooses, not by its protocol. */
export function offerTitle(kind: ProviderKind): string {
  return kind === "openai-compatible" ? "Another server" : titleByKind[kind];
}

export function connectWords(kind: ProviderKind): string {
  return kind === "openai-compatible" ? "Connect another server" : `Connect ${titleByKind[kind]}`;
}

/** Shows where keys of a provider are created, without the scheme, in the few letters of a link. */
export function linkLabel(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/.*$/, "");
}

/** The environment variables that set up the providers of `environment`. */
const variableByKind: Partial<Readonly<Record<ProviderKind, string>>> = {
  anthropic: "ANTHROPIC_API_KEY",
  openai: "OPENAI_API_KEY",
  "openai-compatible": "REEF_MODEL_BASE_URL",
};

export function sourceWords({ source, kind }: Pick<Provider, "source" | "kind">): string {
  switch (source) {
    case "stored":
      return "added here";
    case "environment":
      return `set by ${variableByKind[kind] ?? "an environment variable"}`;
    case "file":
      return "set in the config file";
    case "found":
      return "found on this machine";
    default:
      return assertNever(source);
  }
}

/** Explains why a provider that is not stored here has no form, and how to change it. */
export function readOnlyWords({ source, kind }: Pick<Provider, "source" | "kind">): string | null {
  switch (source) {
    case "stored":
      return null;
    case "environment":
      return `The server's environment sets this provider. To change it, change ${variableByKind[kind] ?? "the variable"} and restart Reef.`;
    case "file":
      return "The config file sets this provider. To change it, edit the file and restart Reef.";
    case "found":
      return "Reef found this server automatically and uses it while it runs. Add it to keep it with your own settings.";
    default:
      return assertNever(source);
  }
}

export const titleByStep: Readonly<Record<ProviderTestStep["what"], string>> = {
  address: "Address",
  models: "Model list",
  text: "Text",
  tool: "Tools",
  image: "Images",
};

/** Adds the states of a step that has not ended: it runs, or comes after the running one. */
export type StepResult = ProviderTestStep["result"] | "running" | "waiting";

export const wordByResult: Readonly<Record<StepResult, string>> = {
  ok: "works",
  no: "no",
  failed: "failed",
  skipped: "not tested",
  running: "testing…",
  waiting: "waiting",
};

export interface Verdict {
  readonly tone: "ok" | "warn" | "failed";
  readonly title: string;
  readonly text: string;
}

/** Says what a test means for a bot, in two sentences. */
export function verdictOf({ ok, model, steps }: ProviderTest): Verdict {
  const failed = steps.find(({ result }) => result === "failed");
  const tool = steps.find(({ what }) => what === "tool");
  const isAnswering = steps.some(({ what, result }) => what === "text" && result === "ok");
  const name = model ?? "The model";
  if (isAnswering && tool && tool.result !== "ok" && tool.result !== "skipped") {
    const why = tool.result === "no" ? "doesn't use tools" : "failed to use a tool";
    return {
      tone: "warn",
      title: `${name} answers but ${why}`,
      text: "A bot on it can talk. It can't remember on its own, write to other bots or ask you questions. Choose a model with tools if you can.",
    };
  }
  if (ok) return { tone: "ok", title: "It works", text: `${name} answered.` };
  return {
    tone: "failed",
    title: failed ? failureTitle(failed) : "It doesn't work yet",
    text: failed?.text ?? "No model was found that can chat.",
  };
}

function failureTitle({ what, text }: ProviderTestStep): string {
  if (/\bkey was refused\b/i.test(text)) return "This key doesn't work";
  switch (what) {
    case "address":
      return /not a model server/.test(text) ? "This isn't a model server" : "Couldn't reach this address";
    case "models":
      return "Couldn't get its list of models";
    case "text":
      return "The model didn't answer";
    case "tool":
      return "The model failed to use a tool";
    case "image":
      return "The model failed to read an image";
    default:
      return assertNever(what);
  }
}
