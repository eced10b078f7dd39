/** What a person is told about each kind of provider before there is one. */
import { ProviderKind, type ProviderOffer } from "@reef/protocol/provider";
import { defaultBaseUrl } from "@reef/runtimes/loop/settings";

interface Told {
  readonly title: string;
  readonly keyUrl?: string;
  readonly isLocal?: boolean;
}

const toldByKind: Readonly<Record<ProviderKind, Told>> = {
  openai: { title: "OpenAI", keyUrl: "https://platform.openai.com/api-keys" },
  azure: { title: "Azure OpenAI", keyUrl: "https://portal.azure.com" },
  anthropic: { title: "Anthropic", keyUrl: "https://console.anthropic.com/settings/keys" },
  gemini: { title: "Google Gemini", keyUrl: "https://aistudio.google.com/apikey" },
  openrouter: { title: "OpenRouter", keyUrl: "https://openrouter.ai/settings/keys" },
  deepseek: { title: "DeepSeek", keyUrl: "https://platform.deepseek.com/api_keys" },
  moonshot: { title: "Moonshot (Kimi)", keyUrl: "https://platform.moonshot.ai/console/api-keys" },
  mistral: { title: "Mistral", keyUrl: "https://console.mistral.ai/api-keys" },
  groq: { title: "Groq", keyUrl: "https://console.groq.com/keys" },
  xai: { title: "xAI", keyUrl: "https://console.x.ai" },
  ollama: { title: "Ollama", isLocal: true },
  lmstudio: { title: "LM Studio", isLocal: true },
  llamacpp: { title: "llama.cpp", isLocal: true },
  vllm: { title: "vLLM", isLocal: true },
  "openai-compatible": { title: "Another server (OpenAI-compatible)" },
};

export function titleOf(kind: ProviderKind): string {
  return toldByKind[kind].title;
}

export function providerOffers(): readonly ProviderOffer[] {
  return ProviderKind.options.map((kind) => {
    const { title, keyUrl = null, isLocal = false } = toldByKind[kind];
    return { kind, title, baseUrl: defaultBaseUrl[kind], needsKey: keyUrl !== null, keyUrl, isLocal };
  });
}
