/** Performs a compaction: the model summarises the older part, and the cost is counted like any other call's. */
import type { RuntimeStep, TurnContext } from "@reef/engine/port/runtime";
import { type CompactionPlan, compactionText, summaryPrompt } from "./compaction.ts";
import { CallError } from "./failure/call-error.ts";
import type { Loop } from "./loop-state.ts";
import { makeSideCall } from "./make-call.ts";
import { callMended } from "./mended-call.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelChoice } from "./models.ts";
import { costOfAnswer } from "./price.ts";
import { charsToTokens, tokensToChars } from "./tokens.ts";

export interface Compacting {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly plan: CompactionPlan;
  readonly room: number;
  readonly hasFallback: boolean;
}

export async function* compact(compacting: Compacting): AsyncGenerator<RuntimeStep, void> {
  const { loop, context, choice, plan, room, hasFallback } = compacting;
  const { signal, turn, reserve } = context;
  const prompt = summaryPrompt(plan, tokensToChars(room * 0.8));
  let answer: ModelAnswer | null = null;
  try {
    const make = () =>
      makeSideCall({ loop, choice, prompt, signal, botId: context.bot.id, seed: turn.id, reserve, hasFallback });
    answer = yield* withoutDeltas(callMended({ loop, choice, make }));
  } catch (error) {
    signal.throwIfAborted();
    // First words are a poor summary, but the turn goes on and the transcript keeps everything. They are used only on
    // the second attempt after a temporary failure, never to avoid one that the next call would meet again.
    if (!(error instanceof CallError) || error.kind === "refused") throw error;
    if (error.retry && turn.attempts === 0) throw error;
    loop.log.warn({ model: choice.modelId, reason: error.message }, "no summary by the model: using first words");
  }
  const tokens = {
    inputTokens: answer === null ? 0 : (answer.inputTokens ?? charsToTokens(JSON.stringify(prompt).length)),
    outputTokens: answer === null ? 0 : (answer.outputTokens ?? charsToTokens(answer.text.length)),
  };
  yield {
    type: "compaction",
    text: compactionText(plan, answer !== null && answer.text.trim() !== "" ? answer.text : null),
    throughSeq: plan.throughSeq,
    tokensBefore: plan.tokensBefore,
    ...tokens,
    ...(answer === null ? { costUsd: 0 } : costOfAnswer(choice.price, { ...answer, ...tokens })),
  };
}

/** Drops the deltas: no one follows a summary word by word. */
async function* withoutDeltas(
  steps: AsyncGenerator<RuntimeStep, ModelAnswer>,
): AsyncGenerator<RuntimeStep, ModelAnswer> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    if (next.value.type !== "delta") yield next.value;
  }
}
