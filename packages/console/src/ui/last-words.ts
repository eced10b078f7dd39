/** Puts a session's newest words in one line, for lists. It never says that a session is empty when it is not. */
import type { Session } from "@reef/protocol/session";

/** Matches the notice of a turn that its person stopped, by Stop or in answer to a pause. */
const stoppedByPerson = /^Stopped: (cancelled by a person|a person was asked and stopped it)\.$/;

export function isStoppedByPerson(text: string): boolean {
  return stoppedByPerson.test(text);
}

type Told = Pick<Session, "status" | "lastError" | "lastText" | "lastSeq"> & Partial<Pick<Session, "waitsFor">>;

export function lastWords({ status, lastError, lastText, lastSeq, waitsFor }: Told): string {
  if (waitsFor) return `Needs you in “${waitsFor.title}”`;
  if (status === "failed" && lastError) return lastError;
  if (isStoppedByPerson(lastText)) return "Stopped by you";
  if (lastText) return plainWords(lastText);
  if (lastSeq === 0) return "No messages yet";
  // The newest entry is a tool call, which has no words.
  if (status === "waiting") return "Waiting for another session";
  return status === "running" ? "Working with its tools" : "Done, without an answer";
}

/** Removes the marks of Markdown: they are not rendered in one line, and take its space. */
export function plainWords(text: string): string {
  return text
    .replace(/\*\*|`+|(^|\s)#{1,6}(?=\s)/g, "$1")
    .replace(/^\s*[-*+>]\s+/, "")
    .trim();
}
