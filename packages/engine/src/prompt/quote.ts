/**
 * MB9: another session's text reaches a model as quoted data. The frame names the sender as the engine knows it, and
 * whatever inside the text looks like a frame or like a model's own turn markers is defused, so that no text can end the
 * quotation or start one in another's name.
 */

export interface QuoteSource {
  /** Attributes of the frame, in order. */
  readonly [attribute: string]: string | number;
}

/** Characters without a shape: they could hide a frame from a pattern, and stay in the text (emoji and scripts need some). */
const invisible = "[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff\\s]*";
/** Our own frames, however spaced, and the markers that chat templates of common models give a meaning. */
const frameNames = ["message", "memory", "system", "instructions", "tool_result"].map((name) =>
  [...name].join(invisible),
);
const frameLike = new RegExp(`<(?=${invisible}/?${invisible}(?:${frameNames.join("|")}))`, "gi");
const templateMarkers = /<\||\|>|\[(?=\/?INST\])|<(?=<\/?SYS>>)/gi;

/** `text` in a frame that cannot be forged from inside. */
export function quoteText(text: string, source: QuoteSource): string {
  return frame("message", text, source);
}

/** A memory, in a frame of its own kind (ME5). */
export function quoteMemory(text: string, source: QuoteSource): string {
  return frame("memory", text, source);
}

function frame(name: string, text: string, source: QuoteSource): string {
  const attributes = Object.entries(source)
    .map(([attribute, value]) => ` ${attribute}="${escapeAttribute(String(value))}"`)
    .join("");
  return `<${name}${attributes}>\n${defuse(text)}\n</${name}>`;
}

/** Text in which nothing reads as a frame or a turn marker; otherwise unchanged. */
export function defuse(text: string): string {
  return text
    .replace(frameLike, "‹")
    .replace(templateMarkers, (marker) =>
      marker.replaceAll("<", "‹").replaceAll("|", "¦").replaceAll(">", "›").replaceAll("[", "⁅"),
    );
}

/** The words alone, as a person reads them: what a frame says of them is for the model. */
export function withoutFrames(text: string): string {
  return text.replace(/<(message|memory)(?: [a-zA-Z_-]+="[^"<>]*")*>\n([\s\S]*?)\n<\/\1>/g, "$2");
}

function escapeAttribute(value: string): string {
  return value.replace(/[<>"&\n\r]/g, (character) => (character === '"' ? "'" : " ")).slice(0, 200);
}
