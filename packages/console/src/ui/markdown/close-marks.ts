/** Closes what a text that is still being written has opened and not closed yet. */
import remend from "remend";

export function closeMarks(text: string): string {
  return remend(text, { linkMode: "text-only", images: false, katex: false });
}
