/** Tests that the scripted runtime keeps the port's contract for completions. */
import { describeCompletion } from "../port/completion.conformance.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import { createScriptedRuntime } from "./scripted-runtime.ts";

describeCompletion("scripted", async (script) => {
  const runtime = createScriptedRuntime(
    () => "ok",
    ({ text }) => {
      const said = script(text);
      if (said === null) return new Promise<never>(() => undefined);
      if (typeof said === "object") throw new RuntimeFailure(said.fails, { retry: false });
      return said;
    },
  );
  return {
    bot: {} as never,
    complete: (request) => runtime.complete?.(request) ?? Promise.reject(new Error("expected the verb")),
    seen: () => ({ instructions: "", text: "", ...runtime.asked.at(-1), tools: 0 }),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
