/**
 * Calls a model and corrects the request when its server names what is wrong with it: each correction is made once,
 * kept for the model, and the call is sent again with it (PR2). People see a remark where the model can do less because
 * of it.
 */
import type { RuntimeStep } from "@reef/engine/port/runtime";
import { callModel } from "./call-model.ts";
import { CallError } from "./failure/call-error.ts";
import { isOfOnePicture, joinCorrections } from "./failure/correction.ts";
import { type Loop, memoryOf, modelKey } from "./loop-state.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelCall } from "./model-call.ts";
import type { ModelChoice } from "./models.ts";
import type { ProfileCorrection } from "./provider/profile.ts";
import { remarkOn, withoutPicturesText } from "./remarks.ts";
import type { ModelFacts } from "./settings.ts";

/** With more corrections than this in one request, the fault is not ours. */
const mostMends = 8;

export interface MendedCall {
  readonly loop: Loop;
  readonly choice: ModelChoice;
  /** Builds the call with the model's current memory. */
  readonly make: () => Promise<ModelCall>;
}

/** Throws `CallError` for what no correction solves. */
export async function* callMended(request: MendedCall): AsyncGenerator<RuntimeStep, ModelAnswer> {
  const { loop, choice } = request;
  try {
    return yield* callCorrected(request);
  } catch (error) {
    const guess = error instanceof CallError ? error.failure.guess : null;
    const memory = memoryOf(loop, choice);
    const before = memory.correction;
    const joined = guess === null ? null : joinCorrections(before, guess);
    if (!(error instanceof CallError) || guess === null || joined === null) throw error;
    yield { type: "retry", reason: error.message };
    memory.correction = joined;
    try {
      const answer = yield* callModel(await request.make());
      if (guess.vision === false && isOfOnePicture(error.message)) {
        if (memory.correction === joined) memory.correction = before;
        yield { type: "notice", about: "model", text: withoutPicturesText(error.message) };
      } else yield* noteMended(request, guess, error);
      return answer;
    } catch (second) {
      if (memory.correction === joined) memory.correction = before;
      // A stop stays a stop; else the first refusal says more than that of a guess.
      throw second instanceof CallError ? error : second;
    }
  }
}

async function* callCorrected(request: MendedCall): AsyncGenerator<RuntimeStep, ModelAnswer> {
  const { loop, choice, make } = request;
  const memory = memoryOf(loop, choice);
  for (let mends = 0; ; mends += 1) {
    try {
      return yield* callModel(await make());
    } catch (error) {
      const correction = error instanceof CallError ? error.failure.correction : null;
      if (!(error instanceof CallError) || correction === null || mends === mostMends) throw error;
      const joined = joinCorrections(memory.correction, correction);
      if (joined === null) throw error;
      memory.correction = joined;
      yield { type: "retry", reason: error.message };
      yield* noteMended(request, correction, error);
    }
  }
}

function* noteMended(
  { loop, choice }: MendedCall,
  correction: ProfileCorrection,
  error: CallError,
): Generator<RuntimeStep> {
  loop.log.warn({ model: modelKey(choice), correction, reason: error.message }, "a request was mended");
  learn(loop, choice, correction);
  const remark = remarkOn(correction, choice.modelId);
  if (remark !== null) yield { type: "notice", about: "model", text: remark };
}

function learn({ models }: Loop, choice: ModelChoice, correction: ProfileCorrection): void {
  const { tools, vision, contextTokens, maxOutputTokens } = correction;
  const facts: Partial<ModelFacts> = {
    ...(typeof tools === "boolean" && { tools }),
    ...(typeof vision === "boolean" && { vision }),
    ...(typeof contextTokens === "number" && { contextTokens }),
    ...(typeof maxOutputTokens === "number" && { maxOutputTokens }),
  };
  if (Object.keys(facts).length > 0) models.learn(choice, facts);
}
