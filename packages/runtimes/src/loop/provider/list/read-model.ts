/**
 * Reads one row of a list of models from any server: OpenAI's only has a name, and compatible servers add what their
 * models can do under different names (OpenRouter, Mistral, Groq, xAI, Moonshot, vLLM, Together, Fireworks, Anthropic,
 * Gemini).
 */
import type { ModelAbilities } from "@reef/protocol/model";
import type { ModelPrice } from "@reef/protocol/provider";
import { amountOf, type Fields, flagOf, textOf, toFields, tokensOf, wordsOf } from "./fields.ts";
import { type ListedModel, listedModel, maxIdLength } from "./listed-model.ts";

/** Returns null when it names no model. */
export function readModel(row: unknown): ListedModel | null {
  const fields = toFields(row);
  const named = textOf(fields.id) ?? textOf(fields.model) ?? textOf(fields.name);
  // Gemini's ids begin with `models/`, which its calls do not take.
  const id = named?.replace(/^models\//, "") ?? "";
  if (id === "" || id.length > maxIdLength) return null;
  const top = toFields(fields.top_provider);
  const meta = toFields(fields.meta);
  const name = textOf(fields.display_name) ?? textOf(fields.displayName) ?? textOf(fields.name) ?? id;
  return listedModel(id, {
    name: name.replace(/^models\//, "").slice(0, 300),
    abilities: abilitiesOf(fields),
    contextTokens: tokensOf(
      fields.context_length,
      fields.max_context_length,
      fields.context_window,
      fields.max_model_len,
      fields.max_input_tokens,
      fields.inputTokenLimit,
      fields.max_prompt_length,
      top.context_length,
      meta.n_ctx,
      meta.n_ctx_train,
    ),
    maxOutputTokens: tokensOf(
      top.max_completion_tokens,
      fields.max_completion_tokens,
      fields.max_output_tokens,
      fields.max_output_length,
      fields.outputTokenLimit,
    ),
    price: priceOf(fields),
  });
}

function abilitiesOf(fields: Fields): ModelAbilities {
  const can = fields.capabilities;
  const named = toFields(can);
  const words = wordsOf(can);
  const says = (word: RegExp) => (words === null || words.length === 0 ? null : words.some((each) => word.test(each)));
  const parameters = wordsOf(fields.supported_parameters) ?? wordsOf(fields.supported_sampling_parameters);
  const takes = (name: string) => (parameters === null || parameters.length === 0 ? null : parameters.includes(name));
  const architecture = toFields(fields.architecture);
  const input = wordsOf(architecture.input_modalities) ?? wordsOf(fields.input_modalities);
  const output = wordsOf(architecture.output_modalities) ?? wordsOf(fields.output_modalities);
  const type = textOf(fields.type)?.toLowerCase() ?? null;
  return {
    chat: first(
      flagOf(named.completion_chat),
      flagOf(named.chat_completion),
      flagOf(fields.supports_chat),
      ofType(type, ["chat", "llm", "vlm", "language", "code"]),
      output === null || output.length === 0 ? null : output.includes("text"),
      says(/^(completion|chat|text-generation|chat-completion|multimodal)s?$/) === true ? true : null,
    ),
    tools: first(
      flagOf(named.function_calling),
      flagOf(named.tools),
      flagOf(named.tool_use),
      flagOf(named.trained_for_tool_use),
      flagOf(fields.supports_tools),
      flagOf(fields.supports_function_calling),
      takes("tools"),
      says(/^(tools?|tool[-_]use|tool[-_]calling|function[-_]calling)$/),
    ),
    vision: first(
      flagOf(named.vision),
      flagOf(toFields(named.image_input).supported),
      flagOf(fields.supports_image_in),
      flagOf(fields.supports_image_input),
      flagOf(fields.supports_vision),
      input === null ? null : input.includes("image"),
      type === "vlm" ? true : null,
      says(/^(vision|image|image[-_]input|multimodal)$/),
    ),
    reasoning: first(
      flagOf(named.reasoning),
      flagOf(toFields(named.thinking).supported),
      flagOf(fields.supports_reasoning),
      flagOf(fields.supports_thinking),
      takes("reasoning"),
      says(/^(thinking|reasoning)$/),
    ),
    embedding: first(
      flagOf(named.embeddings),
      type === "embedding" || type === "embeddings" ? true : null,
      output?.some((each) => each.startsWith("embedding")) === true ? true : null,
      says(/^embeddings?$/) === true ? true : null,
    ),
  };
}

function first(...said: readonly (boolean | null)[]): boolean | null {
  return said.find((value) => value !== null) ?? null;
}

/** Tells whether it talks, by its kind in the list; null for unknown kinds. */
function ofType(type: string | null, talks: readonly string[]): boolean | null {
  if (type === null) return null;
  if (talks.includes(type)) return true;
  return /^(embeddings?|rerank|image|audio|video|moderation|transcribe|tts|speech)/.test(type) ? false : null;
}

/** Returns US dollars for a million tokens. */
function priceOf(fields: Fields): ModelPrice | null {
  const pricing = toFields(fields.pricing);
  // OpenRouter and similar: dollars for one token, as text.
  const perToken = readPrice(pricing.prompt, pricing.completion, pricing.input_cache_read, 1e6);
  if (perToken !== null) return perToken;
  // Together: dollars for a million.
  const perMillion = readPrice(pricing.input, pricing.output, pricing.cached_input, 1);
  if (perMillion !== null) return perMillion;
  // xAI: hundredths of a cent for a million.
  const { prompt_text_token_price: input, completion_text_token_price: output } = fields;
  return readPrice(input, output, fields.cached_prompt_text_token_price, 1e-4);
}

function readPrice(input: unknown, output: unknown, cached: unknown, factor: number): ModelPrice | null {
  const [inputAmount, outputAmount, cachedAmount] = [amountOf(input), amountOf(output), amountOf(cached)];
  if (inputAmount === null || outputAmount === null) return null;
  const scale = (amount: number) => Number((amount * factor).toPrecision(12));
  const price = { input: scale(inputAmount), output: scale(outputAmount) };
  if (price.input > 1e6 || price.output > 1e6) return null;
  return cachedAmount === null || scale(cachedAmount) > 1e6 ? price : { ...price, cachedInput: scale(cachedAmount) };
}
