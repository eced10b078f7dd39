/**
 * Converts chat completions as real servers send them to the strict stream that the provider's package expects. Text
 * and reasoning pass through as they come; tool calls are joined first and follow whole, so nothing odd in their pieces
 * goes further. Data without a place in the package is noted beside the stream.
 */
import type { WireEvent } from "../events.ts";
import { asObject, fieldOf, textOf } from "../json.ts";
import { errorInEvent, NotModelServer, ServerError, wordsOf } from "../server-error.ts";
import { joinUsage, readUsage } from "../usage.ts";
import type { WireNotes } from "../wire-notes.ts";
import { addCallPiece, type CallDraft } from "./calls.ts";
import { type ChatDelta, readDelta } from "./delta.ts";
import { readFinish } from "./finish.ts";

interface ChatDraft {
  readonly calls: CallDraft[];
  /** As the server worded it. */
  finish: string | null;
  hasDone: boolean;
  hasDelta: boolean;
  hasContent: boolean;
  isBody: boolean;
  /** An event that was not part of an answer, in case nothing else comes. */
  stray: string | null;
  model: string;
}

export interface ChatOptions {
  readonly notes: WireNotes;
  /** The tools offered to the model. */
  readonly toolNames: ReadonlySet<string>;
}

/** Yields chunks of a strict stream, without `[DONE]`. Throws what the server sends instead of an answer. */
export async function* readChatAnswer(
  events: AsyncIterable<WireEvent>,
  { notes, toolNames }: ChatOptions,
): AsyncGenerator<unknown> {
  const draft: ChatDraft = {
    calls: [],
    finish: null,
    hasDone: false,
    hasDelta: false,
    hasContent: false,
    isBody: false,
    stray: null,
    model: "",
  };
  try {
    for await (const event of events) {
      if (event.type === "done") {
        draft.hasDone = true;
        break; // some servers keep the connection open after it
      }
      notes.usage = joinUsage(notes.usage, readUsage(event.value));
      const error = errorInEvent(event.name, event.value);
      if (error !== null) throw error;
      draft.isBody ||= event.isBody;
      draft.model ||= textOf(fieldOf(event.value, "model")) ?? "";
      const delta = readDelta(event.value);
      if (delta === null) noteStray(draft, event.value);
      else yield* takeDelta(draft, delta, { notes, toolNames });
    }
  } catch (error) {
    // A connection that breaks after the reason for the end has nothing left to send.
    if (error instanceof ServerError || draft.finish === null) throw error;
  }
  yield* endAnswer(draft, notes);
}

function noteStray(draft: ChatDraft, value: unknown): void {
  const object = asObject(value);
  const isKnown = object === null || "choices" in object || "usage" in object || object.type === "ping";
  if (!isKnown) draft.stray ??= wordsOf(value).slice(0, 200);
}

function* takeDelta(draft: ChatDraft, delta: ChatDelta, { notes, toolNames }: ChatOptions): Generator<unknown> {
  // The whole message after its pieces adds nothing.
  const isRepeat = delta.isMessage && draft.hasContent;
  draft.hasDelta = true;
  notes.reasoningField ??= delta.reasoningField;
  if (notes.reasoningDetails.length < 10_000) notes.reasoningDetails.push(...delta.reasoningDetails);
  if (!isRepeat) {
    for (const call of delta.calls) addCallPiece(draft.calls, call, toolNames);
    if (delta.calls.length > 0 || delta.text !== "") draft.hasContent = true;
    notes.hasToken ||= draft.hasContent || delta.reasoning !== "";
    if (delta.reasoning !== "") yield chunkOf(draft, { reasoning_content: delta.reasoning });
    if (delta.text !== "") yield chunkOf(draft, { content: delta.text });
    if (delta.refusal !== "") yield chunkOf(draft, { refusal: delta.refusal });
  }
  if (delta.finish !== null) draft.finish = delta.finish;
  // "": an end reason that some servers send with every piece.
  if (draft.finish !== null && draft.finish.trim() !== "") notes.isWhole = true;
}

function* endAnswer(draft: ChatDraft, notes: WireNotes): Generator<unknown> {
  if (!draft.hasDelta && draft.isBody) {
    throw new NotModelServer(draft.stray === null ? "JSON that is not a model's answer" : `“${draft.stray}”`);
  }
  if (!draft.hasDelta) {
    const said = draft.stray === null ? "" : `: ${draft.stray}`;
    throw new ServerError(`its stream ended without any answer${said}`, { status: 200, hint: "passing" });
  }
  const calls = draft.calls.filter(({ name }) => name !== "");
  const finish = readFinish(draft.finish, calls.length > 0);
  if (finish.type === "failed") throw new ServerError(finish.reason, { status: 200, hint: finish.hint });
  notes.isBareEnd = draft.finish === null && !draft.hasDone && !draft.isBody;
  notes.isWhole = true;
  if (calls.length > 0)
    yield chunkOf(draft, { tool_calls: calls.map((call, index) => strictCall(call, index, notes)) });
  yield chunkOf(draft, {}, finish.reason);
}

function strictCall(call: CallDraft, index: number, notes: WireNotes) {
  // Calls that share an id, or have none, must still be distinguished; the session's own id is made later.
  const isTaken = call.id !== null && notes.fieldsByCall.has(call.id);
  const id = call.id === null || isTaken ? `${call.id ?? "call"}_${index + 1}` : call.id;
  notes.fieldsByCall.set(id, call.fields);
  const signature = textOf(fieldOf(call.fields, "extra_content", "google", "thought_signature"));
  return {
    index,
    id,
    type: "function",
    function: { name: call.name, arguments: call.text.trim() || "{}" },
    ...(signature !== null && { extra_content: { google: { thought_signature: signature } } }),
  };
}

function chunkOf({ model }: ChatDraft, delta: object, finishReason: string | null = null) {
  return {
    id: "answer",
    object: "chat.completion.chunk",
    created: 0,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}
