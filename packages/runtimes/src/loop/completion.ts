/**
 * Completes one text with one answer, outside turns. It uses the same wire as an answer of a turn, and its count
 * includes the cost of lost attempts (PR3). Retries are not reported, because no one reads along.
 */
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { Completion, CompletionRequest } from "@reef/engine/port/runtime";
import { CallError } from "./failure/call-error.ts";
import { type Loop, modelKey, settingsOf } from "./loop-state.ts";
import { makeSideCall } from "./make-call.ts";
import { callMended } from "./mended-call.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelChoice } from "./models.ts";
import { costOfAnswer } from "./price.ts";
import { cleanText } from "./provider/outgoing/clean-text.ts";
import { charsToTokens, shortenMiddle } from "./tokens.ts";
import { chooseNamed } from "./turn-model.ts";

interface Paid {
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

const mostHalvings = 4;

export async function completeOnce(loop: Loop, request: CompletionRequest): Promise<Completion> {
  const { bot } = request;
  const settings = settingsOf(loop);
  const choice = await chooseNamed(loop, settings.consolidationModel ?? bot.model);
  const paid: Paid = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  let { text } = request;
  for (let halvings = 0; ; halvings += 1) {
    try {
      const answer = await ask({ loop, choice, request: { ...request, text }, paid });
      return toCompletion(answer, { choice, request: { ...request, text }, paid });
    } catch (error) {
      const isTooLong = error instanceof CallError && error.kind === "overflow";
      if (!isTooLong || halvings === mostHalvings || text.length < 400) throw error;
      text = shortenMiddle(text, text.length / 2);
    }
  }
}

interface Asking {
  readonly loop: Loop;
  readonly choice: ModelChoice;
  readonly request: CompletionRequest;
  readonly paid: Paid;
}

async function ask({ loop, choice, request, paid }: Asking): Promise<ModelAnswer> {
  const { bot, instructions, text, signal, reserve } = request;
  const prompt: LanguageModelV4Prompt = [
    { role: "system", content: cleanText(instructions) },
    { role: "user", content: [{ type: "text", text: cleanText(text) }] },
  ];
  const { maxOutputTokens } = bot.limits;
  const make = () =>
    makeSideCall({ loop, choice, prompt, signal, botId: bot.id, seed: bot.id, maxOutputTokens, reserve });
  const steps = callMended({ loop, choice, make });
  for (;;) {
    const next = await steps.next();
    if (next.done === true) return next.value;
    if (next.value.type !== "paid") continue;
    paid.inputTokens += next.value.inputTokens;
    paid.outputTokens += next.value.outputTokens;
    paid.costUsd += next.value.costUsd ?? 0;
  }
}

function toCompletion(answer: ModelAnswer, { choice, request, paid }: Omit<Asking, "loop">): Completion {
  const tokens = {
    inputTokens: answer.inputTokens ?? charsToTokens(request.instructions.length + request.text.length),
    outputTokens: answer.outputTokens ?? charsToTokens(answer.text.length),
  };
  const { costUsd } = costOfAnswer(choice.price, { ...answer, ...tokens });
  return {
    text: answer.text,
    model: modelKey(choice),
    inputTokens: tokens.inputTokens + paid.inputTokens,
    outputTokens: tokens.outputTokens + paid.outputTokens,
    ...(costUsd !== undefined && { costUsd: costUsd + paid.costUsd }),
  };
}
