/**
 * BU1: reserves the worst cost of one attempt at an answer before it leaves: its window, as we estimate it with a margin,
 * and the longest answer it may get. Budgets may shorten the answer to what is left of them.
 */
import type { ModelCall } from "./model-call.ts";

/** An estimate may be too low. */
const margin = 1.2;
/** What a picture costs at most with the models there are, whatever the size of its file. */
const pictureTokens = 2_000;
/** The limit of an answer that has none of its own, by what its model allows. */
const assumedOutputTokens = 8_192;
const mostAssumedTokens = 16_384;

export async function reserveAttempt(call: ModelCall): Promise<ModelCall> {
  if (call.reserve === undefined) return call;
  const { options, choice } = call;
  // A model's own maximum is far more than an answer has: as its worst it would hold a budget for itself.
  const { maxOutputTokens = Math.min(choice.profile.maxOutputTokens ?? assumedOutputTokens, mostAssumedTokens) } =
    options;
  const granted = await call.reserve({
    inputTokens: windowTokensOf(options) * call.density * margin,
    maxOutputTokens,
    price: choice.price,
  });
  return granted === null ? call : { ...call, options: { ...options, maxOutputTokens: granted } };
}

/** Four characters of plain text are a token; any other character may be one alone. */
export function windowTokensOf({ prompt, tools }: ModelCall["options"]): number {
  let pictures = 0;
  const text = JSON.stringify([prompt, tools ?? []], (key, value) => {
    if (key === "data" && (typeof value !== "string" || value.length > 1_000)) {
      pictures += 1;
      return "";
    }
    // Seals and marks of providers are sent, too, but plain text is what counts.
    return value;
  });
  const others = text.length - (text.match(/[ -~]/g)?.length ?? 0);
  return (text.length - others) / 4 + others + pictures * pictureTokens;
}
