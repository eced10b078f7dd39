/** A runtime whose answers are given by a function of the turn: for tests of the engine and of plugins. Not a mock: it runs turns. */
import type { Runtime, RuntimeStep, TurnContext } from "../port/runtime.ts";

/** What to do in one call of `run`. A string is an answer. Steps may be delayed by awaiting before they are given. */
export type Script = (
  context: TurnContext,
  call: number,
) => string | readonly RuntimeStep[] | AsyncIterable<RuntimeStep>;

export interface ScriptedRuntime extends Runtime {
  /** The contexts it was called with, in order. */
  readonly calls: readonly TurnContext[];
}

export function createScriptedRuntime(script: Script): ScriptedRuntime {
  const calls: TurnContext[] = [];
  return {
    name: "loop",
    calls,
    async *run(context) {
      calls.push(context);
      const steps = script(context, calls.length);
      if (typeof steps === "string") yield answer(steps);
      else yield* steps;
    },
  };
}

/** A whole answer, with the tool calls it makes. */
export function answer(
  text: string,
  ...calls: readonly { readonly name: string; readonly input: unknown; readonly callId?: string }[]
): RuntimeStep {
  return {
    type: "answer",
    text,
    calls: calls.map((call, index) => ({
      name: call.name,
      input: call.input,
      callId: call.callId ?? `call_${index + 1}`,
    })),
    inputTokens: 10,
    outputTokens: 5,
  };
}
