/**
 * Tells what is well known of a model by its name, for servers whose lists only have names. What a server says of its
 * own models wins.
 */
import type { ModelAbilities } from "@reef/protocol/model";
import type { ListedModel } from "./listed-model.ts";

const embedding =
  /embed|(^|[/_-])bge-|(^|[/_-])(multilingual-)?e5-|(^|[/_-])gte-|minilm|arctic-embed|(^|[/_-])voyage-/i;
const noChat =
  /rerank|whisper|(^|[/_-])tts|dall-?e|moderation|stable-diffusion|sdxl|(^|[/_-])flux|gpt-image|chatgpt-image|imagen|(^|[/_-])veo-|(^|[/_-])sora|babbage|davinci|transcribe|realtime|llama-guard|prompt-guard|colbert|(^|[/_-])ocr|(^|[/_-])image-|parakeet|kokoro|orpheus/i;

type Known = Partial<ModelAbilities> & { readonly contextTokens?: number };

const families: readonly (readonly [RegExp, Known])[] = [
  [
    /claude-(opus|sonnet|haiku|fable)-[4-9]|claude-3-7/i,
    { tools: true, vision: true, reasoning: true, contextTokens: 200_000 },
  ],
  [/claude-3/i, { tools: true, vision: true, contextTokens: 200_000 }],
  [/gpt-5/i, { tools: true, vision: true, reasoning: true, contextTokens: 400_000 }],
  [/gpt-4\.1/i, { tools: true, vision: true, reasoning: false, contextTokens: 1_047_576 }],
  [/gpt-4o(?!-audio)/i, { tools: true, vision: true, reasoning: false, contextTokens: 128_000 }],
  [/gpt-4-turbo/i, { tools: true, vision: true, reasoning: false, contextTokens: 128_000 }],
  [/gpt-4/i, { tools: true, reasoning: false }],
  [/gpt-3\.5-turbo-instruct/i, { chat: false }],
  [/gpt-3\.5/i, { tools: true, vision: false, reasoning: false, contextTokens: 16_385 }],
  [/gpt-oss/i, { tools: true, vision: false, reasoning: true, contextTokens: 131_072 }],
  [/(^|\/)o[134](-pro)?($|-20)|(^|\/)o4-mini/i, { tools: true, vision: true, reasoning: true, contextTokens: 200_000 }],
  [/(^|\/)o3-mini/i, { tools: true, vision: false, reasoning: true, contextTokens: 200_000 }],
  [/gemini-(2\.5|[3-9])/i, { tools: true, vision: true, reasoning: true, contextTokens: 1_048_576 }],
  [/gemini-(1\.5|2)/i, { tools: true, vision: true, contextTokens: 1_048_576 }],
  [/deepseek-reasoner/i, { tools: true, vision: false, reasoning: true, contextTokens: 131_072 }],
  [/deepseek-chat/i, { tools: true, vision: false, contextTokens: 131_072 }],
  [/grok-[4-9]/i, { tools: true, vision: true, reasoning: true, contextTokens: 256_000 }],
  [/grok-3/i, { tools: true, vision: false, contextTokens: 131_072 }],
  [/kimi-k2/i, { tools: true, contextTokens: 262_144 }],
];

/** A model that makes vectors, sounds or pictures, or ranks texts, is never one to talk with. */
export function knownByName(id: string): Known {
  if (embedding.test(id) && !/rerank/i.test(id)) {
    return { chat: false, tools: false, vision: false, reasoning: false, embedding: true };
  }
  if (noChat.test(id)) return { chat: false, tools: false, reasoning: false, embedding: false };
  const family = families.find(([pattern]) => pattern.test(id));
  return family === undefined ? {} : { chat: true, embedding: false, ...family[1] };
}

/** Returns what the server says, and for the rest what is well known. */
export function withKnown(model: ListedModel): ListedModel {
  const { contextTokens: _, ...known } = knownByName(model.id);
  const said = Object.fromEntries(Object.entries(model.abilities).filter(([, value]) => value !== null));
  const abilities: ModelAbilities = { ...model.abilities, ...known, ...said };
  // A server that lists abilities without vectors means a model that talks, and the other way round.
  const isVectors = abilities.embedding === true && said.chat !== true;
  return { ...model, abilities: isVectors ? { ...abilities, chat: false } : abilities };
}
