/** Tests what every runtime must do outside turns: the contract of `Runtime.complete`. */
import type { Bot } from "@reef/protocol/bot";
import { describe, expect, it } from "vitest";
import { type Completion, type CompletionRequest, RuntimeFailure } from "./runtime.ts";

/** Scripts the model: what it says to a text, null if it never answers, `fails` if it refuses. */
export type ModelScript = (text: string) => string | null | { readonly fails: string };

export interface CompletionKit extends AsyncDisposable {
  readonly bot: Bot;
  complete(request: CompletionRequest): Promise<Completion>;
  /** What the newest call passed to the model. */
  seen(): { readonly instructions: string; readonly text: string; readonly tools: number };
}

export type OpenCompletion = (script: ModelScript) => Promise<CompletionKit>;

export function describeCompletion(name: string, open: OpenCompletion): void {
  const ask = (kit: CompletionKit, text: string, signal = new AbortController().signal) =>
    kit.complete({ bot: kit.bot, instructions: "Say it backwards.", text, signal });

  describe(`${name}: a completion`, () => {
    it("is the model's whole answer to one text, without tools, with its name and its tokens", async () => {
      await using kit = await open((text) => [...text].toReversed().join(""));
      const answer = await ask(kit, "stressed");
      expect(answer).toMatchObject({ text: "desserts", model: expect.stringMatching(/./) });
      expect(answer.inputTokens).toBeGreaterThan(0);
      expect(answer.outputTokens).toBeGreaterThan(0);
      expect(kit.seen()).toMatchObject({ instructions: "Say it backwards.", text: "stressed", tools: 0 });
    });

    it("of a model that refuses is a RuntimeFailure", async () => {
      await using kit = await open(() => ({ fails: "no such model" }));
      await expect(ask(kit, "x")).rejects.toBeInstanceOf(RuntimeFailure);
    });

    it("TU6: ends when it is aborted, before and while the model is silent", async () => {
      await using kit = await open(() => null);
      await expect(ask(kit, "x", AbortSignal.abort(new Error("stop")))).rejects.toThrow();
      const controller = new AbortController();
      const asked = ask(kit, "x", controller.signal);
      controller.abort(new Error("stop"));
      await expect(asked).rejects.toThrow();
    });
  });
}
