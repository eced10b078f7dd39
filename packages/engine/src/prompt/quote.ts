/**
 * MB9: quotes another session's text for a model as data. The frame names the sender as the engine knows it, and has a
 * key that its end repeats. The key is made after the text was written, so nothing inside can end the quotation;
 * whatever looks like an end, a frame or a speaker's mark is defused besides.
 */
import { defuse, oneLine } from "./defuse.ts";

export interface QuoteSource {
  /** Attributes of the frame, in order. */
  readonly [attribute: string]: string | number;
}

/** Returns `text` in a frame that cannot be forged from inside. `key`: see `frameKey`. */
export function quoteText(text: string, source: QuoteSource, key: string): string {
  return frame("message", { text: `\n${defuse(text)}\n`, source, key });
}

/** Quotes a memory, in a frame of its own kind (ME5). */
export function quoteMemory(text: string, source: QuoteSource, key: string): string {
  return frame("memory", { text: `\n${defuse(text)}\n`, source, key });
}

/** Frames what Reef itself says about a session, which may repeat another session's words. */
export function frameNotice(text: string, key: string): string {
  return frame("notice", { text: defuse(text), source: {}, key });
}

/** Frames a scheduled message. */
export function frameSchedule(text: string, key: string): string {
  return frame("schedule", { text: defuse(text), source: {}, key });
}

/** Frames a summary without defusing it, since it may carry messages in frames of their own. */
export function frameSummary(text: string, key: string): string {
  return frame("conversation_summary", { text: `\n${text}\n`, source: {}, key });
}

/**
 * Returns the key for an id: its last 12 hex digits, which are random. The same for each prompt, so that caches hold.
 * Only for an id that Reef made after the text was written.
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

/** Returns the words alone, as a person reads them: the frame is for the model. */
export function withoutFrames(text: string): string {
  return text.replace(/<(message|memory)(?: [a-zA-Z_-]+="[^"<>]*")* k="(\w+)">\n([\s\S]*?)\n<\/\1 k="\2">/g, "$3");
}

function toAttribute(value: string): string {
  return oneLine(value).replace(/[<>"&]/g, (character) => (character === '"' ? "'" : " "));
}
