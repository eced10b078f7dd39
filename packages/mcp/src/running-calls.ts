/**
 * Finds the call in whose course a server asks for something. The protocol's newer era says so itself; with an older
 * server it is clear only while one call runs, and with several it is refused: nobody answers for another bot's call.
 */
import type { AsyncLocalStorage } from "node:async_hooks";
import type { Client } from "@modelcontextprotocol/client";
import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/client";
import type { CallOptions } from "./connected.ts";
import type { ToldQuestion } from "./questions.ts";
import { mostSamplings, type ToldSampling } from "./sampling.ts";

interface RunningCall extends CallOptions {
  samplings: number;
}

export interface RunningCalls {
  readonly all: Set<RunningCall>;
  readonly current: AsyncLocalStorage<RunningCall>;
}

export async function duringCall<Value>(
  calls: RunningCalls,
  options: CallOptions,
  act: () => Promise<Value>,
): Promise<Value> {
  const call: RunningCall = { ...options, samplings: 0 };
  calls.all.add(call);
  try {
    return await calls.current.run(call, act);
  } finally {
    calls.all.delete(call);
  }
}

export function answerQuestions(
  client: Client,
  { calls, mayAskModel }: { readonly calls: RunningCalls; readonly mayAskModel: boolean },
): void {
  const callNow = (): RunningCall | undefined => {
    const stored = calls.current.getStore();
    if (stored !== undefined && calls.all.has(stored)) return stored;
    return calls.all.size === 1 ? [...calls.all][0] : undefined;
  };
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    const onQuestion = callNow()?.onQuestion;
    if (onQuestion === undefined) return { action: "cancel" };
    const answered = await onQuestion(params as ToldQuestion);
    return answered.action === "accept" && answered.content !== undefined
      ? { action: "accept", content: { ...answered.content } }
      : { action: answered.action };
  });
  if (!mayAskModel) return;
  client.setRequestHandler("sampling/createMessage", async ({ params }) => {
    const call = callNow();
    if (call?.onSampling === undefined || call.samplings >= mostSamplings) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidRequest,
        `at most ${mostSamplings} texts of a model are given to one call`,
      );
    }
    call.samplings += 1;
    const { text, model } = await call.onSampling(params as ToldSampling);
    return { role: "assistant", content: { type: "text", text }, model };
  });
}
