/**
 * Tells what a model's name implies, wherever it runs: proxies and local servers pass requests on to models that have
 * their own rules. A server with another rule says so, and that counts more than a name.
 */
import type { ProfileCorrection } from "../profile.ts";

/** Models of OpenAI that reason refuse `max_tokens`. */
export function limitsByCompletion(modelId: string): ProfileCorrection {
  return /(^|[/:.])(o[134](-|$)|gpt-5|gpt-[6-9])/i.test(modelId) ? { outputLimitField: "max_completion_tokens" } : {};
}

const hints: readonly (readonly [RegExp, ProfileCorrection])[] = [
  [
    /mistral|mixtral|ministral|magistral|devstral|codestral|pixtral|voxtral/i,
    { callIdAlphabet: "alphanumeric", callIdLength: 9, isCallIdLengthExact: true, userAfterTool: false },
  ],
  [/kimi|moonshot/i, { userAfterTool: true, reasoningBack: "all", needsReasoning: "with-calls" }],
  [/deepseek.*v[4-9]/i, { userAfterTool: true, reasoningBack: "all", needsReasoning: "always" }],
  [/deepseek/i, { userAfterTool: true, reasoningBack: "all", needsReasoning: "with-calls" }],
  [/gemini/i, { foreignSignature: "skip_thought_signature_validator", emptyParameters: false }],
  [/gemma/i, { system: false }],
];

/** Reasoning is not sent where the server itself refuses the field. */
export function hintsOfModel(modelId: string, server: Pick<ProfileCorrection, "reasoningBack">): ProfileCorrection {
  const found = hints.find(([pattern]) => pattern.test(modelId))?.[1] ?? {};
  const { reasoningBack: _, needsReasoning: __, ...rest } = found;
  return { ...(server.reasoningBack === "none" ? rest : found), ...limitsByCompletion(modelId) };
}

const sees =
  /claude-(3|opus|sonnet|haiku|fable|[4-9])|gpt-(4o|4\.1|4\.5|5|[6-9])|gpt-4-(turbo|vision)|chatgpt-4o|(^|[/:])o[134](-(?!mini)|$)|o4-mini|gemini|gemma-?(3(?!.*\b(270m|1b)\b)|[4-9])|llava|bakllava|moondream|minicpm-?v|qwen[\d.]*-?(vl|omni)|qvq|pixtral|mistral-(small-(3\.[1-9]|24|25|latest)|medium|large-(3|25|26|latest))|magistral-(small|medium)-(25|26|latest)|ministral-3|llama-?(4|3\.2.*vision)|internvl|glm-[\d.]*v|grok-(4|2-vision|vision)|kimi-(k2\.[5-9]|k[3-9]|latest|vl)|phi-?[34].*(vision|multimodal)|molmo|smolvlm|granite.*vision|-vision|-vl\b/i;

/** True when a model of this name is known to see; null when the name tells nothing. */
export function seesByName(modelId: string): boolean | null {
  return sees.test(modelId) ? true : null;
}
