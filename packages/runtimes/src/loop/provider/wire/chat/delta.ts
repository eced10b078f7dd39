/**
 * Reads one event of chat completions into one shape: a delta of a stream, the message of a whole body, or Ollama's own
 * message. A field that is missing, null or of another type than the protocol's is interpreted as well as possible.
 */
import { asList, asObject, fieldOf, type JsonObject, textOf } from "../json.ts";

export interface ChatDelta {
  readonly text: string;
  readonly refusal: string;
  readonly reasoning: string;
  /** The field that the reasoning came in. */
  readonly reasoningField: string | null;
  readonly reasoningDetails: readonly unknown[];
  readonly calls: readonly RawCall[];
  /** As the server worded it; null while it goes on. */
  readonly finish: string | null;
  /** True for a whole answer, which replaces what came before it. */
  readonly isMessage: boolean;
}

export interface RawCall {
  readonly index: number | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly input: unknown;
  /** The fields beside the call's own. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Returns null for an event without a part of an answer. */
export function readDelta(event: unknown): ChatDelta | null {
  const object = asObject(event);
  if (object === null) return null;
  const choice = asObject(asList(object.choices)[0]);
  if (choice === null) return readOwnMessage(object);
  const delta = asObject(choice.delta);
  const message = delta ?? asObject(choice.message);
  return readMessage(message ?? {}, {
    text: typeof choice.text === "string" ? choice.text : "",
    finish: textOf(choice.finish_reason) ?? textOf(choice.finishReason) ?? textOf(message?.finish_reason),
    isMessage: delta === null && asObject(choice.message) !== null,
  });
}

/** Reads Ollama's format: a line for each piece, without choices. */
function readOwnMessage(event: JsonObject): ChatDelta | null {
  const message = asObject(event.message);
  const isOwn = message !== null && ("content" in message || "tool_calls" in message || "role" in message);
  if (!isOwn && event.done !== true) return null;
  const finish = event.done === true ? (textOf(event.done_reason) ?? "stop") : null;
  return readMessage(message ?? {}, { text: "", finish, isMessage: false });
}

interface Around {
  readonly text: string;
  readonly finish: string | null;
  readonly isMessage: boolean;
}

function readMessage(message: JsonObject, { text, finish, isMessage }: Around): ChatDelta {
  const content = readContent(message.content);
  const field = reasoningFields.find((name) => readReasoning(message[name]) !== "") ?? null;
  const details = asList(message.reasoning_details);
  const own = field === null ? detailsText(details) : readReasoning(message[field]);
  return {
    text: content.text + text,
    refusal: textOf(message.refusal) ?? "",
    reasoning: own + content.reasoning,
    reasoningField: field ?? (own === "" ? null : "reasoning"),
    reasoningDetails: details,
    calls: readCalls(message),
    finish,
    isMessage,
  };
}

const reasoningFields = ["reasoning_content", "reasoning", "thinking", "thought", "thinking_blocks", "reasoning_text"];

function readReasoning(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(readReasoning).join("");
  const object = asObject(value);
  if (object === null) return "";
  return readReasoning(object.text ?? object.thinking ?? object.content ?? object.summary ?? "");
}

function detailsText(details: readonly unknown[]): string {
  return details.map((detail) => textOf(fieldOf(detail, "text")) ?? textOf(fieldOf(detail, "summary")) ?? "").join("");
}

/** Reads a string, or parts of one. */
function readContent(content: unknown): { readonly text: string; readonly reasoning: string } {
  if (typeof content === "string") return { text: content, reasoning: "" };
  const parts = Array.isArray(content) ? content : [content];
  let text = "";
  let reasoning = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    const object = asObject(part);
    const type = textOf(object?.type) ?? "text";
    if (object === null) continue;
    if (/think|reason/.test(type)) reasoning += readReasoning(object);
    else text += textOf(object.text) ?? textOf(fieldOf(object, "text", "value")) ?? textOf(object.content) ?? "";
  }
  return { text, reasoning };
}

function readCalls(message: JsonObject): readonly RawCall[] {
  const list = Array.isArray(message.tool_calls) ? message.tool_calls : [message.tool_calls];
  const calls = list.flatMap((call) => readCall(asObject(call)) ?? []);
  // The field that calls were in before there could be several.
  const old = asObject(message.function_call);
  return old === null ? calls : [...calls, ...(readCall({ index: 0, function: old }) ?? [])];
}

const ownFields = new Set(["index", "id", "type", "function", "name", "arguments", "input", "parameters"]);

function readCall(call: JsonObject | null): readonly RawCall[] | null {
  if (call === null) return null;
  const inner = asObject(call.function) ?? call;
  const index = typeof call.index === "string" ? Number(call.index) : call.index;
  const id = typeof call.id === "number" ? String(call.id) : textOf(call.id);
  const input = inner.arguments ?? inner.parameters ?? inner.input ?? null;
  const name = textOf(inner.name)?.trim() ?? null;
  const isEmpty = id === null && (name === null || name === "") && input === null && typeof index !== "number";
  if (isEmpty) return null;
  return [
    {
      index: typeof index === "number" && Number.isInteger(index) ? index : null,
      id,
      name: name === "" ? null : name,
      input,
      fields: Object.fromEntries(
        Object.entries(call).filter(([key, value]) => !ownFields.has(key) && value !== null && value !== undefined),
      ),
    },
  ];
}
