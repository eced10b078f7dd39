/**
 * MB9: another session's text reaches a model as quoted data. The frame names the sender as the engine knows it, and has
 * a key that stands at its end as well. The key is made after the text was written, so nothing inside can end the quotation;
 * what looks like an end, a frame or a speaker's mark is defused besides.
 */
import { defuse, oneLine } from "./defuse.ts";

export interface QuoteSource {
  /** Attributes of the frame, in order. */
  readonly [attribute: string]: string | number;
}

/** `text` in a frame that cannot be forged from inside. `key`: see `frameKey`. */
export function quoteText(text: string, source: QuoteSource, key: string): string {
  return frame("message", { text: `\n${defuse(text)}\n`, source, key });
}

/** A memory, in a frame of its own kind (ME5). */
export function quoteMemory(text: string, source: QuoteSource, key: string): string {
  return frame("memory", { text: `\n${defuse(text)}\n`, source, key });
}

/** What Reef itself says of a session. It may repeat another session's words. */
export function frameNotice(text: string, key: string): string {
  return frame("notice", { text: defuse(text), source: {}, key });
}

/** What is due, before its words. */
export function frameSchedule(text: string, key: string): string {
  return frame("schedule", { text: defuse(text), source: {}, key });
}

/** A summary may carry messages in frames of their own, so they stay as they are. */
export function frameSummary(text: string, key: string): string {
  return frame("conversation_summary", { text: `\n${text}\n`, source: {}, key });
}

/**
 * The key of what has this id: its last 12 hex digits, which are random. The same for each prompt, so that caches hold. Only for
 * an id that was made after the text was written, and by Reef.
 */
export function frameKey(id: string): string {
  return id.replaceAll("-", "").slice(-12);
}

function frame(
  name: string,
  { text, source, key }: { readonly text: string; readonly source: QuoteSource; readonly key: string },
): string {
  const attributes = Object.entries(source)
    .map(([attribute, value]) => ` ${attribute}="${toAttribute(String(value))}"`)
    .join("");
  return `<${name}${attributes} k="${key}">${text}</${name} k="${key}">`;
}

/** The words alone, as a person reads them: what a frame says of them is for the model. */
export function withoutFrames(text: string): string {
  return text.replace(/<(message|memory)(?: [a-zA-Z_-]+="[^"<>]*")* k="(\w+)">\n([\s\S]*?)\n<\/\1 k="\2">/g, "$3");
}

function toAttribute(value: string): string {
  return oneLine(value).replace(/[<>"&]/g, (character) => (character === '"' ? "'" : " "));
}
