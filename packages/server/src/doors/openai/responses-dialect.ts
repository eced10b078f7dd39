/** Writes a bot's answer as a response of OpenAI's responses API, or as its events. */
import type { Finished } from "../follow.ts";
import type { Dialect } from "../reply.ts";
import { openAiError, openAiProblem } from "./problem.ts";

export interface ResponsesFacts {
  readonly id: string;
  readonly model: string;
  /** In seconds since the epoch. */
  readonly created: number;
  readonly previous: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function responsesDialect(facts: ResponsesFacts): Dialect & { atWork(): unknown } {
  const itemId = facts.id.replace(/^resp_/, "item_");
  const at = { item_id: itemId, output_index: 0, content_index: 0 };
  const item = (text: string | null) => ({
    id: itemId,
    type: "message",
    role: "assistant",
    status: text === null ? "in_progress" : "completed",
    content: text === null ? [] : [toPart(text)],
  });
  let sequence = 0;
  let said = "";
  const event = (type: string, fields: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`;
  const running = { ...toResponse(facts), status: "in_progress" };
  return {
    begin: () =>
      event("response.created", { response: running }) +
      event("response.in_progress", { response: running }) +
      event("response.output_item.added", { output_index: 0, item: item(null) }) +
      event("response.content_part.added", { ...at, part: toPart("") }),
    text(delta) {
      said += delta;
      return event("response.output_text.delta", { ...at, delta, logprobs: [] });
    },
    ping: ": still working\n\n",
    end: (finished) =>
      event("response.output_text.done", { ...at, text: said, logprobs: [] }) +
      event("response.content_part.done", { ...at, part: toPart(said) }) +
      event("response.output_item.done", { output_index: 0, item: item(said) }) +
      event("response.completed", { response: completed({ ...finished, text: said }) }),
    failed(error) {
      const { code, message } = openAiError(error).error;
      return event("response.failed", { response: { ...running, status: "failed", error: { code, message } } });
    },
    whole: completed,
    atWork: () => running,
    problem: openAiProblem,
  };

  function completed({ text, usage }: Finished) {
    return {
      ...toResponse(facts),
      status: "completed",
      output: [item(text)],
      usage: {
        input_tokens: usage.inputTokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: usage.outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: usage.inputTokens + usage.outputTokens,
      },
    };
  }
}

function toPart(text: string) {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function toResponse({ id, model, created, previous, metadata }: ResponsesFacts) {
  return {
    id,
    object: "response",
    created_at: created,
    model,
    output: [] as unknown[],
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata,
    parallel_tool_calls: true,
    previous_response_id: previous,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: null,
    usage: null as unknown,
  };
}
