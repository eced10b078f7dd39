/** Tests that the loop runtime keeps the port's contract for completions, over real HTTP. */
import { describeCompletion } from "@reef/engine/port/completion.conformance";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { fail, say } from "../testing/model-script.ts";
import { startModelServer } from "../testing/model-server.ts";
import { contextOf, person } from "../testing/turn-context.ts";
import { createLoopRuntime } from "./loop-runtime.ts";
import { fixedModels } from "./settings.ts";

describeCompletion("loop", async (script) => {
  const server = await startModelServer({
    script: async ({ lastUser }) => {
      const said = script(lastUser);
      if (said === null) return say("late", { delayMs: 60_000 });
      return typeof said === "object" ? fail(404, { message: said.fails }) : say(said);
    },
  });
  const runtime = createLoopRuntime({
    clock: createManualClock(),
    log: { warn: () => undefined },
    models: fixedModels({
      defaultProvider: "main",
      defaultModel: "scripted",
      providers: { main: { kind: "openai-compatible", baseUrl: `${server.url}/v1`, apiKey: "k" } },
    }),
  });
  return {
    bot: contextOf({ drafts: [person("x")] }).bot,
    complete: (request) => runtime.complete?.(request) ?? Promise.reject(new Error("expected the verb")),
    seen: () => {
      const request = server.requests().at(-1)?.request;
      return {
        instructions: request?.system ?? "",
        text: request?.lastUser ?? "",
        tools: request?.tools.length ?? 0,
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});
