/**
 * Chooses the profile of a provider and a model: the dialect of its kind, or of its address where the kind only says
 * that it resembles OpenAI, with the model name's hints, a person's overrides, and what answers taught on top, in this
 * order: a person or the server itself can correct a mistake in any table.
 */
import type { ProfileOverrides, ProviderKind } from "@reef/protocol/provider";
import { dialects } from "./dialects/all.ts";
import { careful } from "./dialects/careful.ts";
import { hintsOfModel, seesByName } from "./dialects/model-hints.ts";
import type { Dialect, ProfileCorrection, ProviderProfile } from "./profile.ts";

export interface ProfileChoice {
  readonly kind: ProviderKind;
  /** The address of requests. */
  readonly baseUrl: string;
  readonly modelId: string;
  readonly overrides?: ProfileOverrides | undefined;
  /** What the provider's list says of the model. */
  readonly listed?: ProfileCorrection | undefined;
  /** What its answers showed. */
  readonly learned?: ProfileCorrection | undefined;
}

export function chooseProfile({ kind, baseUrl, modelId, overrides, listed, learned }: ProfileChoice): ProviderProfile {
  const { forModel, ...dialect } = dialectOf(kind, baseUrl);
  const server = { ...careful, ...dialect };
  const hints = passesOn(server) ? hintsOfModel(modelId, server) : {};
  const own = { ...server, ...hints, ...forModel?.(modelId) };
  return {
    ...own,
    vision: own.vision ?? seesByName(modelId),
    ...listed,
    ...(overrides && correctionOf(overrides)),
    ...learned,
    refusedFields: [...own.refusedFields, ...(learned?.refusedFields ?? [])],
    // The kind is what people chose, whatever its address implies.
    kind,
  };
}

/** Servers that run or reach models of other makers. Makers know their own. */
function passesOn({ kind, isLocal }: Pick<ProviderProfile, "kind" | "isLocal">): boolean {
  return isLocal || ["openai-compatible", "openrouter", "groq", "azure", "gemini"].includes(kind);
}

function dialectOf(kind: ProviderKind, baseUrl: string): Dialect {
  return dialects[kind === "openai-compatible" ? (kindOfAddress(baseUrl) ?? kind) : kind];
}

const kindByHost: readonly (readonly [RegExp, ProviderKind])[] = [
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)mistral\.ai$/, "mistral"],
  [/\.(openai|services\.ai|cognitiveservices)\.azure\.com$|\.cognitiveservices\.azure\.com$/, "azure"],
  [/(^|\.)googleapis\.com$/, "gemini"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)x\.ai$/, "xai"],
  [/(^|\.)moonshot\.(ai|cn)$|(^|\.)kimi\.com$/, "moonshot"],
];
const kindByPort: Readonly<Record<string, ProviderKind>> = { "11434": "ollama", "1234": "lmstudio" };

/** Returns the kind that an address implies, or null. OpenAI's own address stays with chat completions. */
export function kindOfAddress(baseUrl: string): ProviderKind | null {
  if (!URL.canParse(baseUrl)) return null;
  const { hostname, port } = new URL(baseUrl);
  return kindByHost.find(([host]) => host.test(hostname))?.[1] ?? kindByPort[port] ?? null;
}

function correctionOf(overrides: ProfileOverrides): ProfileCorrection {
  // The answer's tokens are a default for bots without a setting, not a limit of the model.
  const { callIdLength, maxOutputTokens: _, ...rest } = overrides;
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (callIdLength === undefined) return set;
  // A server that wants nine letters has Mistral's rule.
  const isExact = callIdLength === 9;
  return { ...set, callIdLength, isCallIdLengthExact: isExact, ...(isExact && { callIdAlphabet: "alphanumeric" }) };
}
