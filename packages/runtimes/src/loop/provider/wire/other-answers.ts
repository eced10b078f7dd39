/**
 * Reads answers over the wires of Anthropic and of OpenAI's Responses API: these servers keep to their protocol, so
 * events pass unchanged. Usage, errors and the end are noted on the way, and events that the package would fail on are
 * left out.
 */
import type { WireEvent } from "./events.ts";
import { asList, asObject, fieldOf, textOf } from "./json.ts";
import { errorInEvent, NotModelServer, ServerError } from "./server-error.ts";
import { joinUsage, readUsage } from "./usage.ts";
import type { WireNotes } from "./wire-notes.ts";

const messageEvents = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
]);
/** The kinds of block and delta that the package knows; dropping any other loses nothing that a transcript holds. */
const blocks = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);
const deltas = new Set(["text_delta", "thinking_delta", "signature_delta", "input_json_delta"]);

export async function* readMessagesAnswer(events: AsyncIterable<WireEvent>, notes: WireNotes): AsyncGenerator<unknown> {
  const left = new Set<unknown>();
  let hasMessage = false;
  for await (const value of readNoted(events, notes)) {
    const type = textOf(fieldOf(value, "type")) ?? "";
    const reason = textOf(fieldOf(value, "delta", "stop_reason")) ?? textOf(fieldOf(value, "stop_reason"));
    if (reason === "model_context_window_exceeded") {
      throw new ServerError("the conversation is longer than its context window", { status: 200, hint: "overflow" });
    }
    if (type === "message") yield* eventsOfMessage(value);
    else if (messageEvents.has(type) && !isLeftOut(value, left)) yield strictEvent(value);
    hasMessage ||= type === "message" || messageEvents.has(type);
    if (type === "message_stop" || type === "message") {
      notes.isWhole = true;
      return;
    }
    if (reason !== null) notes.isWhole = true;
  }
  if (!hasMessage) throw new NotModelServer("events that are not Anthropic messages");
  // The reason for the end has arrived; only its last event is missing.
  if (notes.isWhole) yield { type: "message_stop" };
}

/** Leaves out blocks that have no place in a transcript, with everything that belongs to them. */
function isLeftOut(value: unknown, left: Set<unknown>): boolean {
  const index = fieldOf(value, "index");
  switch (fieldOf(value, "type")) {
    case "content_block_start":
      if (blocks.has(textOf(fieldOf(value, "content_block", "type")) ?? "")) {
        left.delete(index);
        return false;
      }
      left.add(index);
      return true;
    case "content_block_delta":
      return left.has(index) || !deltas.has(textOf(fieldOf(value, "delta", "type")) ?? "");
    case "content_block_stop":
      return left.has(index);
    default:
      return false;
  }
}

/**
 * The package rejects an answer because of a count or a text that its server left out; the real values are in the
 * notes.
 */
function strictEvent(value: unknown): unknown {
  const event = asObject(value) ?? {};
  const usage = readUsage(event.type === "message_start" ? event : { usage: event.usage });
  switch (event.type) {
    case "message_start": {
      const counts = { input_tokens: usage?.inputTokens ?? 0, output_tokens: usage?.outputTokens ?? 0 };
      const calls = asList(fieldOf(event.message, "content")).filter((block) => fieldOf(block, "type") === "tool_use");
      return { ...event, message: { ...asObject(event.message), content: calls, usage: counts } };
    }
    case "message_delta": {
      const delta = { stop_reason: fieldOf(event.delta, "stop_reason") ?? null };
      return { type: "message_delta", delta, usage: { output_tokens: usage?.outputTokens ?? 0 } };
    }
    case "content_block_start": {
      const block = asObject(event.content_block) ?? {};
      const texts = { text: textOf(block.text) ?? "", thinking: textOf(block.thinking) ?? "" };
      return { ...event, content_block: { ...block, ...texts } };
    }
    default:
      return value;
  }
}

/** Yields the events of a whole message, though a stream was requested. */
function* eventsOfMessage(message: unknown): Generator<unknown> {
  yield { type: "message_start", message: { ...asObject(message), content: [], stop_reason: null } };
  for (const [index, block] of asList(fieldOf(message, "content")).entries()) {
    const type = textOf(fieldOf(block, "type"));
    const delta = (value: object) => ({ type: "content_block_delta", index, delta: value });
    if (type === "text") {
      yield { type: "content_block_start", index, content_block: { type, text: "" } };
      yield delta({ type: "text_delta", text: fieldOf(block, "text") });
    } else if (type === "thinking") {
      yield { type: "content_block_start", index, content_block: { type, thinking: "" } };
      yield delta({ type: "thinking_delta", thinking: fieldOf(block, "thinking") });
      yield delta({ type: "signature_delta", signature: fieldOf(block, "signature") });
    } else if (type === "tool_use") {
      const { id, name } = asObject(block) ?? {};
      yield { type: "content_block_start", index, content_block: { type, id, name, input: {} } };
      yield delta({ type: "input_json_delta", partial_json: JSON.stringify(fieldOf(block, "input") ?? {}) });
    } else {
      yield { type: "content_block_start", index, content_block: block };
    }
    yield { type: "content_block_stop", index };
  }
  const { stop_reason: reason, usage } = asObject(message) ?? {};
  yield { type: "message_delta", delta: { stop_reason: reason ?? "end_turn", stop_sequence: null }, usage };
  yield { type: "message_stop" };
}

export async function* readResponsesAnswer(
  events: AsyncIterable<WireEvent>,
  notes: WireNotes,
): AsyncGenerator<unknown> {
  let hasResponse = false;
  for await (const value of readNoted(events, notes)) {
    const type = textOf(fieldOf(value, "type")) ?? "";
    const isWhole = fieldOf(value, "object") === "response";
    const isEnd = /^response\.(completed|incomplete)$/.test(type);
    if (isWhole) yield* eventsOfResponse(value);
    else if (isEnd) yield endOf(type, fieldOf(value, "response"));
    else yield value;
    if (isWhole || isEnd) {
      notes.isWhole = true;
      return;
    }
    hasResponse ||= type.startsWith("response.");
  }
  if (!hasResponse) throw new NotModelServer("events that are not OpenAI responses");
}

/** Keeps only the reason: the counts are in the notes, and odd counts make the package fail. */
function endOf(type: string, response: unknown) {
  const reason = textOf(fieldOf(response, "incomplete_details", "reason"));
  return { type, response: { incomplete_details: reason === null ? null : { reason }, usage: null } };
}

/** Yields the events of a whole response, though a stream was requested. */
function* eventsOfResponse(response: unknown): Generator<unknown> {
  yield { type: "response.created", response };
  for (const [index, item] of asList(fieldOf(response, "output")).entries()) {
    yield { type: "response.output_item.added", output_index: index, item };
    if (textOf(fieldOf(item, "type")) === "message") {
      for (const [at, part] of asList(fieldOf(item, "content")).entries()) {
        const delta = textOf(fieldOf(part, "text")) ?? textOf(fieldOf(part, "refusal")) ?? "";
        const item_id = fieldOf(item, "id");
        yield { type: "response.output_text.delta", item_id, output_index: index, content_index: at, delta };
      }
    }
    yield { type: "response.output_item.done", output_index: index, item };
  }
  const isCut = textOf(fieldOf(response, "status")) === "incomplete";
  yield endOf(isCut ? "response.incomplete" : "response.completed", response);
}

/** Yields the values of the events, with usage and errors taken out. */
async function* readNoted(events: AsyncIterable<WireEvent>, notes: WireNotes): AsyncGenerator<unknown> {
  let count = 0;
  for await (const event of events) {
    if (event.type === "done") break;
    notes.usage = joinUsage(notes.usage, readUsage(event.value));
    const error = errorInEvent(event.name, event.value);
    if (error !== null) throw error;
    if (
      event.isBody &&
      textOf(fieldOf(event.value, "type")) === null &&
      fieldOf(event.value, "object") !== "response"
    ) {
      throw new NotModelServer("JSON that is not a model's answer");
    }
    count += 1;
    notes.hasToken ||= (textOf(fieldOf(event.value, "type")) ?? "").includes("delta");
    yield event.value;
  }
  if (count === 0) throw new ServerError("its stream ended without any answer", { status: 200, hint: "passing" });
}
