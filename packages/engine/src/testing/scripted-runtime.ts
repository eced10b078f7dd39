/**
 * Creates a runtime whose answers come from a function of the turn, for tests of the engine and of plugins. Not a mock:
 * it runs turns.
 */
import type { Completion, CompletionRequest, Runtime, RuntimeStep, TurnContext } from "../port/runtime.ts";

/** Says what one call of `run` does. A string is an answer. Await before returning to delay the steps. */
export type Script = (
  context: TurnContext,
  call: number,
) => string | readonly RuntimeStep[] | AsyncIterable<RuntimeStep>;

/** Returns the answer outside turns; an error fails the call. */
export type CompletionScript = (request: CompletionRequest, call: number) => string | Promise<string>;

export interface ScriptedRuntime extends Runtime {
  /** The contexts it was called with, in order. */
  readonly calls: readonly TurnContext[];
  /** The completion requests it received, in order. */
  readonly asked: readonly CompletionRequest[];
}

/** Without a script for completions it has no `complete`, like a runtime without a model. */
export function createScriptedRuntime(script: Script, completion?: CompletionScript): ScriptedRuntime {
  const calls: TurnContext[] = [];
  const asked: CompletionRequest[] = [];
  const complete = async (request: CompletionRequest): Promise<Completion> => {
    request.signal.throwIfAborted();
    asked.push(request);
    const aborted = Promise.withResolvers<never>();
    request.signal.addEventListener("abort", () => aborted.reject(request.signal.reason), { once: true });
    aborted.promise.catch(() => undefined);
    const text = await Promise.race([completion?.(request, asked.length) ?? "", aborted.promise]);
    return { text, model: "scripted", inputTokens: 100, outputTokens: 20 };
  };
  return {
    name: "loop",
    calls,
    asked,
    complete: completion === undefined ? undefined : complete,
    async *run(context) {
      calls.push(context);
      const steps = script(context, calls.length);
      if (typeof steps === "string") yield answer(steps);
      else yield* steps;
    },
  };
}

/** Builds a whole answer, with the tool calls it makes. */
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
