/** Writes a bot's answer as a chat completion, or as its chunks. */
import type { Usage } from "@reef/protocol/bot";
import type { Dialect } from "../reply.ts";
import { openAiError, openAiProblem } from "./problem.ts";

export interface ChatFacts {
  readonly id: string;
  readonly model: string;
  /** In seconds since the epoch. */
  readonly created: number;
  /** Whether a stream ends with the usage. */
  readonly hasUsage: boolean;
}

export function chatDialect({ id, model, created, hasUsage }: ChatFacts): Dialect {
  const head = { id, object: "chat.completion.chunk", created, model };
  const chunk = (delta: object, reason: string | null = null) =>
    frame({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
  return {
    begin: () => chunk({ role: "assistant", content: "" }),
    text: (content) => chunk({ content }),
    ping: ": still working\n\n",
    end: ({ usage }) =>
      `${chunk({}, "stop")}${hasUsage ? frame({ ...head, choices: [], usage: toUsage(usage) }) : ""}data: [DONE]\n\n`,
    failed: (error) => frame({ error: openAiError(error).error }),
    whole: ({ text, usage }) => ({
      ...head,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: text, refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: toUsage(usage),
    }),
    problem: openAiProblem,
  };
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function toUsage({ inputTokens, outputTokens }: Usage) {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}
