/**
 * Converts the transcript to a conversation that every provider accepts: it starts and ends with the user's side, roles
 * alternate, and each tool call is followed by exactly one result. Entries are never changed; a text that is too long
 * is shortened here only. Which roles may follow which depends on the receiver (provider/outgoing/fit-roles.ts).
 */

import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultOutput,
} from "@ai-sdk/provider";
import { presentEntry } from "@reef/engine/prompt/present";
import type { Entry, Notice } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { mapCallIds, toolNameFor } from "./provider/outgoing/call-names.ts";
import { cleanJson, cleanText } from "./provider/outgoing/clean-text.ts";
import { addText, addUserText, assistantOf, userMessage, userOf } from "./provider/outgoing/messages.ts";
import { fileNameTokens, fileParts, pictureTokens } from "./provider/outgoing/pictures.ts";
import type { Receiver } from "./provider/outgoing/receiver.ts";
import { addThoughts, callOptions, fillThought, thoughtChars } from "./provider/outgoing/thoughts.ts";
import { charsToTokens, shortenMiddle } from "./tokens.ts";

export interface Transcript {
  /** The newest compaction: its text replaces everything up to its `throughSeq`. */
  readonly summary: Entry | null;
  /** What is shown word for word, ascending. */
  readonly entries: readonly Entry[];
  /** The tokens of an entry beside its words, such as pictures. */
  readonly tokensBeside?: (entry: Entry) => number;
}

export function readTranscript(entries: readonly Entry[]): Transcript {
  const summary = entries.findLast(({ notice }) => notice?.type === "compaction") ?? null;
  const throughSeq = throughSeqOf(summary);
  return { summary, entries: entries.filter(({ seq, notice }) => seq > throughSeq && notice?.type !== "compaction") };
}

export function throughSeqOf(summary: Entry | null): number {
  return summary?.notice?.type === "compaction" ? summary.notice.throughSeq : 0;
}

/** Estimates the size of an entry's words in a window whose texts are at most `maxEntryChars` long. */
export function entryTokens(entry: Entry, maxEntryChars = Number.POSITIVE_INFINITY): number {
  const input = entry.tool?.input === undefined ? 0 : (JSON.stringify(entry.tool.input)?.length ?? 0);
  return 8 + charsToTokens(Math.min(entry.text.length, maxEntryChars) + Math.min(input, maxEntryChars));
}

/** Estimates the size of what a receiver gets beside an entry's words: pictures, names of files, thoughts. */
export function tokensBeside(entry: Entry, receiver: Receiver<unknown>): number {
  const sent = receiver.pictures.get(entry.id)?.length ?? 0;
  const files = entry.attachments?.length ?? 0;
  return sent * pictureTokens + files * fileNameTokens + charsToTokens(thoughtChars(entry, receiver));
}

export interface WindowOptions {
  readonly instructions: string;
  readonly maxEntryChars: number;
  /** Put before the newest message, so that what comes before it stays the same from turn to turn. */
  readonly recalled?: string | null;
  readonly receiver: Receiver;
}

export function buildWindow({ summary, entries }: Transcript, options: WindowOptions): LanguageModelV4Prompt {
  const { instructions, maxEntryChars, recalled = null, receiver } = options;
  const newest = entries.findLast(({ kind }) => kind === "person" || kind === "session");
  const build: Build = {
    ...options,
    entries,
    messages: [],
    resultByCall: pairResults(entries),
    idByCall: mapCallIds(
      entries.filter(({ kind }) => kind === "tool_call"),
      receiver.profile,
    ),
  };
  const { messages } = build;
  const textOf = (entry: Entry) => shortenMiddle(cleanText(presentEntry(entry)), maxEntryChars);
  if (summary) addUserText(messages, textOf(summary));
  for (const [at, entry] of entries.entries()) {
    switch (entry.kind) {
      case "person":
      case "session":
        if (entry === newest && recalled !== null) addUserText(messages, cleanText(recalled));
        addUserText(messages, textOf(entry));
        addFiles(messages, [entry], receiver);
        break;
      case "notice":
        if (entry.notice && isForModel(entry.notice)) addUserText(messages, textOf(entry));
        break;
      case "bot":
        addAnswer(build, at);
        break;
      case "tool_call":
        // Calls of one answer come in a row; the first one adds all of them and then their results.
        if (entries[at - 1]?.kind !== "tool_call") addCalls(build, at);
        break;
      case "tool_result":
        break; // is behind its call already, or has none and would be refused
      default:
        assertNever(entry.kind);
    }
  }
  if (messages[0]?.role !== "user") messages.unshift(userMessage("[The conversation goes on from here.]"));
  if (messages.at(-1)?.role === "assistant") messages.push(userMessage("[Go on.]"));
  const system = cleanText(instructions);
  return [...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]), ...messages];
}

/** Returns the result by call entry: the first later one with the same call id, each used once. */
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
    case "contract":
      return true;
    case "compaction": // shown at the top
    case "refused": // the tool's result said so
    case "forked":
    case "rewound": // what it replaced is not in the window
    case "retry":
    case "model": // meant for people
    case "schedule_paused":
      return false;
    default:
      return assertNever(notice);
  }
}

interface Build extends WindowOptions {
  readonly entries: readonly Entry[];
  readonly messages: LanguageModelV4Message[];
  readonly resultByCall: ReadonlyMap<Entry, Entry>;
  readonly idByCall: ReadonlyMap<Entry, string>;
}

/**
 * Adds an answer's words, with the thoughts before them. Without words, its thoughts matter only for the calls behind
 * it.
 */
function addAnswer({ entries, messages, maxEntryChars, receiver }: Build, at: number): void {
  const entry = entries[at];
  if (entry === undefined) return;
  const text = shortenMiddle(cleanText(presentEntry(entry)), maxEntryChars);
  const isSilent = text.trim() === "";
  if (isSilent && (entries[at + 1]?.kind !== "tool_call" || !receiver.hasTools)) return;
  const message = assistantOf(messages);
  addThoughts(message, entry, receiver);
  if (!isSilent) addText(message, entry.partial ? `${text}\n[stopped here]` : text);
  if (entries[at + 1]?.kind !== "tool_call") fillThought(message, entry, receiver);
}

function addCalls(build: Build, at: number): void {
  const { messages, entries, resultByCall, maxEntryChars, receiver } = build;
  const end = entries.findIndex(({ kind }, n) => n > at && kind !== "tool_call");
  const calls = entries.slice(at, end < 0 ? undefined : end);
  if (!receiver.hasTools) {
    addCallsInWords(build, calls);
    return;
  }
  const options = callOptions(calls, receiver);
  const parts = calls.map((entry, n) => toCallPart(build, entry, options[n]));
  const message = assistantOf(messages);
  message.content.push(...parts);
  if (calls[0] !== undefined) fillThought(message, calls[0], receiver);
  messages.push({
    role: "tool",
    content: calls.map((call, n) => {
      const { toolCallId = "", toolName = "" } = parts[n] ?? {};
      const result = resultByCall.get(call);
      return { type: "tool-result" as const, toolCallId, toolName, output: toOutput(result, maxEntryChars, receiver) };
    }),
  });
  // Where a result holds only text, its files come right after.
  if (receiver.profile.toolImages === "after") {
    addFiles(messages, resultsOf(calls, resultByCall), receiver);
  }
}

function toOutput(
  result: Entry | undefined,
  maxEntryChars: number,
  receiver: Receiver,
): LanguageModelV4ToolResultOutput {
  const value = resultText(result, maxEntryChars);
  if (result === undefined || result.tool?.isError === true) return { type: "error-text", value };
  const isInside = receiver.profile.toolImages === "inside" && (result.attachments?.length ?? 0) > 0;
  if (!isInside) return { type: "text", value };
  return { type: "content", value: [{ type: "text", text: value }, ...filePartsOf(result, receiver)] };
}

function resultText(result: Entry | undefined, maxEntryChars: number): string {
  if (result === undefined) return "[no result: the call did not finish]";
  const text = shortenMiddle(cleanText(presentEntry(result)), maxEntryChars);
  return text.trim() === "" ? "(no output)" : text;
}

function resultsOf(calls: readonly Entry[], resultByCall: ReadonlyMap<Entry, Entry>): Entry[] {
  return calls.flatMap((call) => resultByCall.get(call) ?? []);
}

/** For a model without tools, describes calls and their results in words. */
function addCallsInWords({ messages, resultByCall, maxEntryChars, receiver }: Build, calls: readonly Entry[]): void {
  const called = calls.map(({ tool }) => {
    const input = cleanText(JSON.stringify(cleanJson(tool?.input)) ?? "{}");
    return `[Called ${tool?.name ?? "a tool"} with ${shortenMiddle(input, maxEntryChars)}]`;
  });
  addText(assistantOf(messages), called.join("\n"));
  for (const call of calls) {
    const text = resultText(resultByCall.get(call), maxEntryChars);
    addUserText(messages, `[Result of ${call.tool?.name ?? "the tool"}]\n${text}`);
  }
  addFiles(messages, resultsOf(calls, resultByCall), receiver);
}

function toCallPart(
  { idByCall, maxEntryChars, receiver }: Build,
  entry: Entry,
  providerOptions: LanguageModelV4ToolCallPart["providerOptions"],
): LanguageModelV4ToolCallPart {
  const { name = "unknown", input } = entry.tool ?? {};
  return {
    type: "tool-call",
    toolCallId: idByCall.get(entry) ?? entry.id,
    toolName: receiver.toolNames.get(name) ?? toolNameFor(name, receiver.profile),
    input: toObject(cleanJson(input), maxEntryChars),
    ...(providerOptions && { providerOptions }),
  };
}

// Providers refuse a call in the history whose arguments are not an object, even if their own model wrote it.
function toObject(input: unknown, maxChars: number): unknown {
  const text = typeof input === "string" ? input : (JSON.stringify(input ?? {}) ?? "{}");
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return input === undefined || input === null ? {} : { malformed: shortenMiddle(text, maxChars) };
  }
  return text.length > maxChars ? { shortened: shortenMiddle(text, maxChars) } : input;
}

function filePartsOf(entry: Entry, { pictures }: Receiver) {
  return fileParts(entry, pictures.get(entry.id) ?? []);
}

function addFiles(messages: LanguageModelV4Message[], entries: readonly Entry[], receiver: Receiver): void {
  for (const part of entries.flatMap((entry) => filePartsOf(entry, receiver))) {
    if (part.type === "text") addUserText(messages, part.text);
    else userOf(messages).content.push(part);
  }
}
