/**
 * Reads from a request which session it means. Clients have several habits: a header that people configure, a
 * conversation's id in a header or in metadata, or only the end user's name, which says nothing about the conversation.
 */
import { AppError } from "@reef/protocol/error";
import { AskId, MessageId, SessionId } from "@reef/protocol/ids";

export type SessionKey =
  /** A session that exists. */
  | { readonly kind: "session"; readonly id: SessionId }
  /** A name for one conversation; the first request with it creates the session. */
  | { readonly kind: "name"; readonly name: string }
  /** A name that several conversations may share, such as that of the end user. */
  | { readonly kind: "user"; readonly name: string }
  /** Goes on after the answer to this message or ask. */
  | { readonly kind: "after"; readonly id: MessageId | AskId }
  /** Nothing but the conversation itself. */
  | { readonly kind: "none" };

const sessionHeader = "x-reef-session";

/** Headers in which known clients send the id of a conversation. */
const conversationHeaders = ["x-openwebui-chat-id", "x-conversation-id", "x-claude-code-session-id"] as const;
const conversationFields = [
  "reef_session",
  "session_id",
  "session",
  "conversation_id",
  "chat_id",
  "thread_id",
] as const;
const maxNameLength = 512;

export interface KeySources {
  readonly headers: Headers;
  readonly metadata: unknown;
  /** Names of end users, in the order they count. */
  readonly users: readonly unknown[];
}

/** The most explicit source wins. Throws `invalid_request` for a name that is too long. */
export function sessionKeyOf({ headers, metadata, users }: KeySources): SessionKey {
  const named = headers.get(sessionHeader);
  if (named !== null && named.trim() !== "") return nameKey(named, sessionHeader);
  if (typeof metadata === "object" && metadata !== null) {
    for (const field of conversationFields) {
      const value = (metadata as Readonly<Record<string, unknown>>)[field];
      if (typeof value === "string" && value.trim() !== "") return nameKey(value, `metadata.${field}`);
    }
  }
  for (const header of conversationHeaders) {
    const value = headers.get(header);
    if (value !== null && value.trim() !== "") return nameKey(value, header);
  }
  for (const user of users) {
    if (typeof user === "string" && user.trim() !== "") return { kind: "user", name: checked(user, "user") };
  }
  return { kind: "none" };
}

export function nameKey(name: string, where: string): SessionKey {
  const trimmed = checked(name, where);
  const id = SessionId.safeParse(trimmed);
  if (id.success) return { kind: "session", id: id.data };
  if (trimmed.startsWith("ses_")) throw new AppError("not_found", `there is no session ${trimmed}`);
  return { kind: "name", name: trimmed };
}

/** Ids of answers are made of the id of what they answer: `chatcmpl_msg_…`, `resp_ask_…`. */
export function answerIdOf(prefix: string, work: MessageId | AskId | undefined): string {
  return `${prefix}_${work}`;
}

/** Returns null for an id that no answer of Reef has. */
export function workOfAnswerId(id: string): MessageId | AskId | null {
  const work = id.replace(/^[a-z]+_/, "");
  const message = MessageId.safeParse(work);
  if (message.success) return message.data;
  const ask = AskId.safeParse(work);
  return ask.success ? ask.data : null;
}

function checked(name: string, where: string): string {
  const trimmed = name.trim();
  if (trimmed.length <= maxNameLength) return trimmed;
  const message = `expected at most ${maxNameLength} characters, found ${trimmed.length}`;
  throw new AppError("invalid_request", `${where}: ${message}`, { fields: [{ path: where, message }] });
}
