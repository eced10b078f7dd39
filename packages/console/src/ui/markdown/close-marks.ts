/** Closes the marks that a text still being written has opened. */
import remend from "remend";

export function closeMarks(text: string): string {
  return remend(text, { linkMode: "text-only", images: false, katex: false });
}
