/** Writes a bot's answer as a message of Anthropic's API, or as its events. */
import type { Finished } from "../follow.ts";
import type { Dialect } from "../reply.ts";
import { anthropicError, anthropicProblem } from "./problem.ts";

export function anthropicDialect({ id, model }: { readonly id: string; readonly model: string }): Dialect {
  const message = {
    id,
    type: "message",
    role: "assistant",
    model,
    content: [] as readonly unknown[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
  return {
    begin: () =>
      event("message_start", { message }) +
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    text: (text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    ping: event("ping", {}),
    end: ({ usage }) =>
      event("content_block_stop", { index: 0 }) +
      event("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
      }) +
      event("message_stop", {}),
    failed: (error) => `event: error\ndata: ${JSON.stringify(anthropicError(error).body)}\n\n`,
    whole: ({ text, usage }: Finished) => ({
      ...message,
      content: [{ type: "text", text }],
      stop_reason: "end_turn",
      usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
    }),
    problem: anthropicProblem,
  };
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
