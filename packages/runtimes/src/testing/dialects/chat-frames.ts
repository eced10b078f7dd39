/** Builds a stream of chat completions, with the ways in which servers differ. */
import { type Answer, type Frames, fragments, type Json, sse } from "./dialect.ts";

export interface ChatShape {
  /** Where its thoughts are. */
  readonly thoughts: "reasoning_content" | "reasoning" | "think-tags" | "parts" | null;
  readonly usage: (tokens: Answer["tokens"]) => Json;
  /**
   * `last`: in its own chunk without choices. `with-finish`: beside the finish reason. `every`: in each chunk.
   * `in-choice`: inside `choices[0]`.
   */
  readonly usageAt?: "last" | "with-finish" | "every" | "in-choice";
  /** Calls come whole, not in fragments. */
  readonly wholeCalls?: boolean;
  /** Calls have no `index`. */
  readonly noIndex?: boolean;
  readonly finishOfCalls?: string;
  /** Put into each call. */
  readonly callExtra?: (callId: string) => Json;
  /** Put into each chunk. */
  readonly chunkExtra?: Json;
  /** Put beside the last chunk's choices. */
  readonly lastExtra?: (tokens: Answer["tokens"]) => Json;
  /** Put beside a piece of thought. */
  readonly thoughtExtra?: (piece: string) => Json;
}

export function chatFrames(answer: Answer, shape: ChatShape): Frames {
  const { id, model, pieces, calls, tokens } = answer;
  const usage = shape.usage(tokens);
  const usageAt = shape.usageAt ?? "last";
  const chunk = (choices: readonly Json[], more: Json = {}) =>
    sse({
      id,
      object: "chat.completion.chunk",
      created: 1_760_000_000,
      model,
      choices,
      ...shape.chunkExtra,
      ...(usageAt === "every" && { usage }),
      ...more,
    });
  const delta = (value: Json) => chunk([{ index: 0, delta: value, finish_reason: null }]);
  const finish = calls.length > 0 ? (shape.finishOfCalls ?? "tool_calls") : "stop";
  const choice = { index: 0, delta: {}, finish_reason: finish, ...(usageAt === "in-choice" && { usage }) };
  return {
    head: [delta({ role: "assistant", content: "" }), ...thoughtFrames(answer, shape, delta)],
    text: pieces.map((content) =>
      delta({ content: shape.thoughts === "parts" ? [{ type: "text", text: content }] : content }),
    ),
    tail: [
      ...calls.flatMap((call, index) => callFrames({ call, index, shape, delta })),
      chunk([choice], usageAt === "with-finish" ? { usage, ...shape.lastExtra?.(tokens) } : shape.lastExtra?.(tokens)),
      ...(usageAt === "last" ? [chunk([], { usage })] : []),
      "data: [DONE]\n\n",
    ],
  };
}

function thoughtFrames(
  { reasoning }: Answer,
  { thoughts, thoughtExtra }: ChatShape,
  delta: (value: Json) => string,
): string[] {
  if (reasoning === "" || thoughts === null) return [];
  const pieces = fragments(reasoning);
  switch (thoughts) {
    case "think-tags":
      // Cut where real tokens end: the tags come in pieces too.
      return ["<thi", "nk>", ...pieces, "</", "think>\n\n"].map((content) => delta({ content }));
    case "parts":
      return pieces.map((piece) =>
        delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: piece }] }] }),
      );
    default:
      return pieces.map((piece) => delta({ [thoughts]: piece, ...thoughtExtra?.(piece) }));
  }
}

interface CallFrames {
  readonly call: Answer["calls"][number];
  readonly index: number;
  readonly shape: ChatShape;
  readonly delta: (value: Json) => string;
}

function callFrames({ call, index, shape, delta }: CallFrames): string[] {
  const [first = "", ...others] = fragments(JSON.stringify(call.input), shape.wholeCalls === true ? 1 : 3);
  const place = shape.noIndex === true ? {} : { index };
  const start = {
    ...place,
    id: call.callId,
    type: "function",
    function: { name: call.name, arguments: first },
    ...shape.callExtra?.(call.callId),
  };
  return [
    delta({ tool_calls: [start] }),
    ...others.map((piece) => delta({ tool_calls: [{ ...place, function: { arguments: piece } }] })),
  ];
}

/** Counts as OpenAI does. */
export function openaiUsage({ input, cached, output }: Answer["tokens"]): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
