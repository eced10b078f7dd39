/** Chooses the source of memories' vectors from the configuration: none, unless it names a provider or an address. */
import { defaultWeightByKind, type EmbeddingKind, type EmbeddingSettings } from "@reef/recall/embedding/settings";

const openAiUrl = "https://api.openai.com/v1";
const openAiModel = "text-embedding-3-small";

/** The part of the configuration that it depends on. */
export interface EmbeddingConfig {
  readonly embeddingProvider?: EmbeddingKind | "off" | undefined;
  readonly embeddingBaseUrl?: string | undefined;
  readonly embeddingModel?: string | undefined;
  readonly embeddingApiKey?: string | undefined;
  readonly embeddingDimensions?: number | undefined;
  readonly embeddingWeight?: number | undefined;
  readonly embeddingQuestionPrefix?: string | undefined;
  readonly embeddingMemoryPrefix?: string | undefined;
  readonly openaiApiKey?: string | undefined;
  readonly ollamaUrl: string;
}

/** Returns null when it is off. The configuration was checked, so it has what is needed. */
export function toEmbeddingSettings(config: EmbeddingConfig): EmbeddingSettings | null {
  const kind = kindOf(config);
  if (kind === null) return null;
  const weight = config.embeddingWeight ?? defaultWeightByKind[kind];
  if (kind === "word-parts") return { kind, weight };
  const { embeddingQuestionPrefix: questionPrefix, embeddingMemoryPrefix: memoryPrefix } = config;
  const common = { weight, questionPrefix, memoryPrefix };
  if (kind === "ollama") {
    return {
      kind,
      model: config.embeddingModel ?? "",
      baseUrl: config.embeddingBaseUrl ?? config.ollamaUrl,
      ...common,
    };
  }
  // The key for OpenAI is sent to OpenAI only.
  const ownKey = config.embeddingBaseUrl === undefined ? config.openaiApiKey : undefined;
  return {
    kind,
    model: config.embeddingModel ?? openAiModel,
    baseUrl: config.embeddingBaseUrl ?? openAiUrl,
    apiKey: config.embeddingApiKey ?? ownKey,
    dimensions: config.embeddingDimensions,
    ...common,
  };
}

type Complaint = readonly [variable: string, expected: string];

/** Returns what does not fit together; null when everything does. */
export function findEmbeddingProblem(config: EmbeddingConfig): string | null {
  const complaint = complaintOf(config);
  return complaint === null ? null : `${complaint[0]}: expected ${complaint[1]}`;
}

function complaintOf(config: EmbeddingConfig): Complaint | null {
  const { embeddingBaseUrl: baseUrl, embeddingModel: model, embeddingApiKey: key } = config;
  switch (kindOf(config)) {
    case "openai":
      if (baseUrl !== undefined && model === undefined) {
        return ["REEF_EMBEDDING_MODEL", "a model id, because REEF_EMBEDDING_BASE_URL is set"];
      }
      if (baseUrl === undefined && key === undefined && config.openaiApiKey === undefined) {
        return ["REEF_EMBEDDING_API_KEY", "a key for OpenAI, or REEF_EMBEDDING_BASE_URL of a server that needs none"];
      }
      return null;
    case "ollama":
      if (model === undefined) return ["REEF_EMBEDDING_MODEL", "the name of a model that Ollama has"];
      if (baseUrl === undefined && config.ollamaUrl === "off") {
        return ["REEF_EMBEDDING_BASE_URL", "Ollama's address, because REEF_OLLAMA_URL is off"];
      }
      return null;
    case "word-parts":
      return null;
    case null:
      if (config.embeddingProvider === undefined && (model !== undefined || key !== undefined)) {
        return ["REEF_EMBEDDING_PROVIDER", "openai, ollama or word-parts, because a model or a key for it is set"];
      }
      return null;
  }
}

function kindOf({ embeddingProvider, embeddingBaseUrl }: EmbeddingConfig): EmbeddingKind | null {
  if (embeddingProvider === "off") return null;
  return embeddingProvider ?? (embeddingBaseUrl === undefined ? null : "openai");
}
