/**
 * Reads chat completions for a double, and finds the mistakes that more than one dialect checks. Each words them
 * itself.
 */
import { type Json, list, object, type Received, type ReceivedMessage, text } from "./dialect.ts";

export function chatMessages(body: Json): Json[] {
  return list(body.messages);
}

export function readChat(body: Json): Received {
  const messages = chatMessages(body);
  return {
    messages: messages.map(toReceived),
    tools: list(body.tools).map((tool) => text(object(tool.function).name)),
    images: messages.flatMap(({ content }) => imagesOf(content)),
  };
}

function toReceived(message: Json): ReceivedMessage {
  const role = text(message.role);
  const thinking = list(message.content).filter(({ type }) => type === "thinking");
  return {
    role: role === "developer" ? "system" : (role as ReceivedMessage["role"]),
    text: textOf(message.content),
    calls: callsOf(message).map((call) => ({ callId: text(call.id), name: text(object(call.function).name) })),
    callId: role === "tool" ? text(message.tool_call_id) : null,
    reasoning:
      text(message.reasoning_content) ||
      text(message.reasoning) ||
      thinking.map((part) => textOf(part.thinking)).join(""),
  };
}

export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => text(part.text))
    .join("\n");
}

export function imageUrlOf(part: Json): string {
  return typeof part.image_url === "string" ? part.image_url : text(object(part.image_url).url);
}

function imagesOf(content: unknown): string[] {
  return list(content)
    .filter(({ type }) => type === "image_url")
    .map((part) => imageUrlOf(part).replace(/^data:[^,]*,/, ""));
}

export function callsOf(message: Json): Json[] {
  return list(message.tool_calls);
}

export interface CallPlace {
  readonly at: number;
  readonly ids: readonly string[];
}

/** Returns the first message with calls of which one is not answered before anything else is said. */
export function firstUnanswered(messages: readonly Json[]): CallPlace | null {
  for (const [at, message] of messages.entries()) {
    const asked = callsOf(message).map(({ id }) => text(id));
    const after = messages.slice(at + 1);
    const end = after.findIndex(({ role }) => role !== "tool");
    const answered = after.slice(0, end < 0 ? undefined : end).map((result) => text(result.tool_call_id));
    const ids = asked.filter((id) => !answered.includes(id));
    if (ids.length > 0) return { at, ids };
  }
  return null;
}

/** Returns the first result that answers no call of the message before its row, or one that was answered already. */
export function firstOrphan(messages: readonly Json[]): CallPlace | null {
  let open: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role !== "tool") {
      open = callsOf(message).map(({ id }) => text(id));
      continue;
    }
    const id = text(message.tool_call_id);
    if (!open.includes(id)) return { at, ids: [id] };
    open = open.filter((other) => other !== id);
  }
  return null;
}

export function firstWithCalls(messages: readonly Json[], from: number, test: (message: Json) => boolean): number {
  return messages.findIndex((message, at) => at >= from && callsOf(message).length > 0 && test(message));
}

export function newestUserAt(messages: readonly Json[]): number {
  return messages.findLastIndex(({ role }) => role === "user");
}

/** Finds arguments that are not the text of a JSON object. */
export function firstBadArguments(messages: readonly Json[]): CallPlace | null {
  for (const [at, message] of messages.entries()) {
    const bad = callsOf(message).filter((call) => !isObjectText(object(call.function).arguments));
    if (bad.length > 0) return { at, ids: bad.map(({ id }) => text(id)) };
  }
  return null;
}

function isObjectText(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    const parsed = JSON.parse(value) as unknown;
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

export function isEmptyContent(content: unknown): boolean {
  if (content === undefined || content === null || content === "") return true;
  return Array.isArray(content) && content.length === 0;
}

export interface RolePlace {
  readonly at: number;
  readonly role: string;
  readonly after: string;
}

/**
 * Returns the first message out of turn by the templates of Mistral, Llama 2 and Gemma, which llama.cpp, LM Studio,
 * vLLM and others apply: after one system message, persons and answers without calls alternate.
 */
export function firstOutOfTurn(messages: readonly Json[]): RolePlace | null {
  let after = "system";
  for (const [at, message] of messages.entries()) {
    const role = text(message.role);
    if (role === "system" && at > 0) return { at, role, after };
    const counts = role === "user" || (role === "assistant" && callsOf(message).length === 0);
    if (!counts) continue;
    if (role === after || (after === "system" && role !== "user")) return { at, role, after };
    after = role;
  }
  return null;
}
