/**
 * Reads tokens and cost as a server reports them, under all of their names. Impossible counts are ignored. Many servers
 * send usage with every event, growing, so the largest count of each kind applies (PR3).
 */
import { asList, asObject, countOf, fieldOf } from "./json.ts";

export interface WireUsage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** The part of the input that the provider had cached from an earlier call. */
  readonly cachedInputTokens: number | null;
  /** In US dollars, as stated by the provider. */
  readonly costUsd: number | null;
}

/** More than any model accepts or returns. */
const mostTokens = 1e8;
const mostUsd = 1e4;

type Path = readonly string[];

const inputPaths: readonly Path[] = [
  ["prompt_tokens"],
  ["promptTokens"],
  ["inputTokens"],
  ["promptTokenCount"],
  ["prompt_token_count"],
  ["prompt_eval_count"],
];
const outputPaths: readonly Path[] = [
  ["completion_tokens"],
  ["output_tokens"],
  ["completionTokens"],
  ["outputTokens"],
  ["candidatesTokenCount"],
  ["generated_tokens"],
  ["eval_count"],
];
const cachedPaths: readonly Path[] = [
  ["prompt_tokens_details", "cached_tokens"],
  ["input_tokens_details", "cached_tokens"],
  ["prompt_cache_hit_tokens"],
  ["cache_read_input_tokens"],
  ["cached_tokens"],
  ["num_cached_tokens"],
  ["cachedContentTokenCount"],
  ["prompt_tokens_details", "cache_read_input_tokens"],
];

/** Reads the usage in an event of any dialect; null when it has none. */
export function readUsage(event: unknown): WireUsage | null {
  const choice = asList(fieldOf(event, "choices"))[0];
  const places = [
    fieldOf(event, "usage"),
    fieldOf(event, "x_groq", "usage"),
    fieldOf(choice, "usage"),
    fieldOf(choice, "delta", "usage"),
    fieldOf(choice, "message", "usage"),
    fieldOf(event, "message", "usage"),
    fieldOf(event, "response", "usage"),
    fieldOf(event, "usageMetadata"),
    fieldOf(event, "usage_metadata"),
  ];
  for (const place of places) {
    const usage = readCounts(place);
    if (usage !== null) return usage;
  }
  return readTimings(fieldOf(event, "timings")) ?? (fieldOf(event, "done") === true ? readCounts(event) : null);
}

function readCounts(value: unknown): WireUsage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const cached = tokensAt(usage, cachedPaths);
  const outputTokens = tokensAt(usage, outputPaths);
  const total = tokensAt(usage, [["total_tokens"], ["totalTokens"], ["totalTokenCount"]]);
  const told = tokensAt(usage, inputPaths) ?? messagesInput(usage);
  const inputTokens = told ?? (total === null || outputTokens === null ? null : Math.max(0, total - outputTokens));
  const cost = countOf(usage.cost) ?? countOf(usage.cost_usd) ?? countOf(usage.total_cost);
  const counts = {
    // No prompt is empty: a zero means that it was not counted.
    inputTokens: inputTokens === 0 ? null : inputTokens,
    outputTokens: outputTokens === 0 && inputTokens === 0 ? null : outputTokens,
    cachedInputTokens: cached === null || inputTokens === null ? null : Math.min(cached, inputTokens),
    costUsd: cost !== null && cost <= mostUsd ? cost : null,
  };
  return Object.values(counts).every((count) => count === null) ? null : counts;
}

/** Anthropic's `input_tokens` leaves out what its cache read and wrote; OpenAI's includes everything. */
function messagesInput(usage: unknown): number | null {
  const input = tokensAt(usage, [["input_tokens"]]);
  const read = tokensAt(usage, [["cache_read_input_tokens"]]);
  const written = tokensAt(usage, [["cache_creation_input_tokens"]]);
  return input === null ? null : input + (read ?? 0) + (written ?? 0);
}

/** Reads llama.cpp's counts, sent beside `usage` or instead of it. */
function readTimings(timings: unknown): WireUsage | null {
  const evaluated = tokensAt(timings, [["prompt_n"]]);
  const outputTokens = tokensAt(timings, [["predicted_n"]]);
  if (evaluated === null || outputTokens === null) return null;
  const cachedInputTokens = tokensAt(timings, [["cache_n"]]) ?? 0;
  return { inputTokens: evaluated + cachedInputTokens, outputTokens, cachedInputTokens, costUsd: null };
}

function tokensAt(value: unknown, paths: readonly Path[]): number | null {
  for (const path of paths) {
    const count = countOf(fieldOf(value, ...path));
    if (count !== null && count <= mostTokens) return Math.round(count);
  }
  return null;
}

/** Returns the usage after a further event. */
export function joinUsage(before: WireUsage | null, next: WireUsage | null): WireUsage | null {
  if (before === null || next === null) return before ?? next;
  return {
    inputTokens: larger(before.inputTokens, next.inputTokens),
    outputTokens: larger(before.outputTokens, next.outputTokens),
    cachedInputTokens: larger(before.cachedInputTokens, next.cachedInputTokens),
    costUsd: larger(before.costUsd, next.costUsd),
  };
}

function larger(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
