/**
 * Answers over the wires of Anthropic and of OpenAI's responses: these servers keep to their protocol, so events pass as
 * they are. Usage, errors and the end are noted on the way, and what the package would stumble over is left out.
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

export async function* readMessagesAnswer(events: AsyncIterable<WireEvent>, notes: WireNotes): AsyncGenerator<unknown> {
  for await (const value of readNoted(events, notes)) {
    const type = textOf(fieldOf(value, "type")) ?? "";
    const reason = textOf(fieldOf(value, "delta", "stop_reason")) ?? textOf(fieldOf(value, "stop_reason"));
    if (reason === "model_context_window_exceeded") {
      throw new ServerError("the conversation is longer than its context window", { status: 200, hint: "overflow" });
    }
    if (messageEvents.has(type)) yield value;
    else if (type === "message") yield* eventsOfMessage(value);
    if (type === "message_stop" || type === "message") {
      notes.isWhole = true;
      return;
    }
    if (reason !== null) notes.isWhole = true;
  }
}

/** A whole message though a stream was asked for. */
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
  for await (const value of readNoted(events, notes)) {
    const type = textOf(fieldOf(value, "type")) ?? "";
    if (textOf(fieldOf(value, "object")) === "response") yield* eventsOfResponse(value);
    else yield value;
    if (/^response\.(completed|incomplete)$/.test(type) || type === "") {
      notes.isWhole = true;
      return;
    }
  }
}

/** A whole response though a stream was asked for. */
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
  yield { type: isCut ? "response.incomplete" : "response.completed", response };
}

/** Values of the events, with usage and errors taken out of them. */
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
      throw new NotModelServer("JSON that is no answer of a model");
    }
    count += 1;
    notes.hasToken ||= (textOf(fieldOf(event.value, "type")) ?? "").includes("delta");
    yield event.value;
  }
  if (count === 0) throw new ServerError("its stream ended without any answer", { status: 200, hint: "passing" });
}
