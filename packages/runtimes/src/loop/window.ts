/**
 * The transcript as a provider takes it. Whatever the entries hold, what comes out is a conversation every provider
 * accepts: it starts and ends with the user's side, roles alternate, and each tool call is followed by exactly one
 * result. Entries are never changed; a text that is too long is shortened here only.
 */

import type { LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import { presentEntry } from "@reef/engine/prompt/present";
import type { Entry, Notice } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { charsToTokens, shortenMiddle } from "./tokens.ts";

export interface Transcript {
  /** The newest compaction: its text stands for everything up to its `throughSeq`. */
  readonly summary: Entry | null;
  /** What is shown word for word, ascending. */
  readonly entries: readonly Entry[];
}

export function readTranscript(entries: readonly Entry[]): Transcript {
  const summary = entries.findLast(({ notice }) => notice?.type === "compaction") ?? null;
  const throughSeq = throughSeqOf(summary);
  return { summary, entries: entries.filter(({ seq, notice }) => seq > throughSeq && notice?.type !== "compaction") };
}

export function throughSeqOf(summary: Entry | null): number {
  return summary?.notice?.type === "compaction" ? summary.notice.throughSeq : 0;
}

/** Rough size of an entry in a window whose texts are at most `maxEntryChars` long. */
export function entryTokens(entry: Entry, maxEntryChars = Number.POSITIVE_INFINITY): number {
  const input = entry.tool?.input === undefined ? 0 : (JSON.stringify(entry.tool.input)?.length ?? 0);
  return 8 + charsToTokens(Math.min(entry.text.length, maxEntryChars) + Math.min(input, maxEntryChars));
}

export interface WindowOptions {
  readonly instructions: string;
  readonly maxEntryChars: number;
  /** Stands before the newest message, so that what comes before it stays the same from turn to turn. */
  readonly recalled?: string | null;
}

export function buildWindow({ summary, entries }: Transcript, options: WindowOptions): LanguageModelV4Prompt {
  const { instructions, maxEntryChars, recalled = null } = options;
  const newest = entries.findLast(({ kind }) => kind === "person" || kind === "session");
  const messages: LanguageModelV4Message[] = [];
  if (summary) addUserText(messages, shortenMiddle(presentEntry(summary), maxEntryChars));
  const resultByCall = pairResults(entries);
  for (const [at, entry] of entries.entries()) {
    const text = shortenMiddle(presentEntry(entry), maxEntryChars);
    switch (entry.kind) {
      case "person":
      case "session":
        if (entry === newest && recalled !== null) addUserText(messages, recalled);
        addUserText(messages, text);
        break;
      case "notice":
        if (entry.notice && isForModel(entry.notice)) addUserText(messages, text);
        break;
      case "bot":
        addBotText(messages, entry.partial ? `${text}\n[stopped here]` : text);
        break;
      case "tool_call":
        // Calls of one answer stand in a row; the first of the row adds all of them and then their results.
        if (entries[at - 1]?.kind !== "tool_call") addCalls({ messages, entries, at, resultByCall, maxEntryChars });
        break;
      case "tool_result":
        break; // stands behind its call already, or has none and would be refused
      default:
        assertNever(entry.kind);
    }
  }
  if (messages[0]?.role !== "user") messages.unshift(userMessage("[The conversation goes on from here.]"));
  if (messages.at(-1)?.role === "assistant") messages.push(userMessage("[Go on.]"));
  return [...(instructions === "" ? [] : [{ role: "system" as const, content: instructions }]), ...messages];
}

/** Result entry by call entry: the first later one with the same call id, each used once. */
export function pairResults(entries: readonly Entry[]): ReadonlyMap<Entry, Entry> {
  const waiting = new Map<string, Entry>();
  const resultByCall = new Map<Entry, Entry>();
  for (const entry of entries) {
    const callId = entry.tool?.callId;
    if (callId === undefined) continue;
    if (entry.kind === "tool_call") waiting.set(callId, entry);
    const call = entry.kind === "tool_result" ? waiting.get(callId) : undefined;
    if (!call) continue;
    resultByCall.set(call, entry);
    waiting.delete(callId);
  }
  return resultByCall;
}

function isForModel(notice: Notice): boolean {
  switch (notice.type) {
    case "restart":
    case "failed":
    case "cancelled":
    case "interrupted":
    case "chain_held":
    case "runtime":
    case "loop":
      return true;
    case "compaction": // shown at the top
    case "refused": // the tool's result said so
    case "forked":
    case "retry":
    case "model": // meant for people
    case "schedule_paused":
      return false;
    default:
      return assertNever(notice);
  }
}

interface CallRow {
  readonly messages: LanguageModelV4Message[];
  readonly entries: readonly Entry[];
  readonly at: number;
  readonly resultByCall: ReadonlyMap<Entry, Entry>;
  readonly maxEntryChars: number;
}

function addCalls({ messages, entries, at, resultByCall, maxEntryChars }: CallRow): void {
  const end = entries.findIndex(({ kind }, n) => n > at && kind !== "tool_call");
  const calls = entries.slice(at, end < 0 ? undefined : end);
  const parts = calls.map((entry) => toCallPart(entry, maxEntryChars));
  const last = messages.at(-1);
  if (last?.role === "assistant") last.content.push(...parts);
  else messages.push({ role: "assistant", content: parts });
  messages.push({
    role: "tool",
    content: calls.map((call, n) => {
      const result = resultByCall.get(call);
      const value = result
        ? shortenMiddle(presentEntry(result), maxEntryChars)
        : "[no result: the call did not finish]";
      const type = result && result.tool?.isError !== true ? ("text" as const) : ("error-text" as const);
      const { toolCallId = "", toolName = "" } = parts[n] ?? {};
      return { type: "tool-result" as const, toolCallId, toolName, output: { type, value } };
    }),
  });
}

function toCallPart(entry: Entry, maxEntryChars: number): LanguageModelV4ToolCallPart {
  const { callId = entry.id, name = "unknown", input } = entry.tool ?? {};
  return { type: "tool-call", toolCallId: callId, toolName: name, input: toObject(input, maxEntryChars) };
}

// Providers refuse a call in the history whose arguments are no object, also when their own model wrote it so.
function toObject(input: unknown, maxChars: number): unknown {
  const text = typeof input === "string" ? input : (JSON.stringify(input ?? {}) ?? "{}");
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return input === undefined || input === null ? {} : { malformed: shortenMiddle(text, maxChars) };
  }
  return text.length > maxChars ? { shortened: shortenMiddle(text, maxChars) } : input;
}

function addUserText(messages: LanguageModelV4Message[], text: string): void {
  if (text.trim() === "") return;
  const last = messages.at(-1);
  const part = last?.role === "user" ? last.content.at(-1) : undefined;
  if (part?.type === "text") part.text += `\n\n${text}`;
  else messages.push(userMessage(text));
}

function addBotText(messages: LanguageModelV4Message[], text: string): void {
  if (text.trim() === "") return;
  const last = messages.at(-1);
  const part = last?.role === "assistant" ? last.content.at(-1) : undefined;
  if (part?.type === "text") part.text += `\n\n${text}`;
  else messages.push({ role: "assistant", content: [{ type: "text", text }] });
}

function userMessage(text: string): LanguageModelV4Message {
  return { role: "user", content: [{ type: "text", text }] };
}
