/**
 * Reads `LEARNINGS.md` and `DECISIONS.md` of tasks and runs: a Markdown file with a title and sections. A template that
 * nobody filled in is recognised by its words, and says nothing.
 */

export interface NotePart {
  /** The file's title, without what every such file is called. */
  readonly title: string;
  /** The section's heading; empty for words before the first one. */
  readonly heading: string;
  readonly text: string;
}

/** What templates have where words belong. */
const placeholder =
  /^(?:FILL_ME.*|TODO.*|TBD\.?|N\/A|None(?: yet)?\.?|\.{3}|…|\[[^\]]*\]|\{[^}]*\}|<[^>]*>|_[^_]*_|\*\(?to be [^*]*\*|\(?to be (?:filled|completed|determined|documented)[^)]*\)?)$/i;

/** Returns the sections with words of their own; none for a bare template. */
export function readNotes(text: string): readonly NotePart[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split(/\r?\n/);
  let title = "";
  let fence = false;
  const sections: { heading: string; lines: string[] }[] = [{ heading: "", lines: [] }];
  for (const line of lines) {
    if (/^\s*(?:```|~~~)/.test(line)) fence = !fence;
    const [, marks = "", words = ""] = (!fence && /^(#{1,2})\s+(.*?)\s*#*$/.exec(line)) || [];
    if (marks === "#" && title === "") title = plainTitle(words);
    else if (marks !== "") sections.push({ heading: words, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.flatMap(({ heading, lines: own }) => {
    const said = own
      .filter((line) => !/^\s*(?:-{3,}|\*{3,})\s*$/.test(line))
      .join("\n")
      .trim();
    return hasWords(said) ? [{ title, heading, text: said }] : [];
  });
}

/** `LEARNINGS.md - TASK-1: Duplicates` → `TASK-1: Duplicates`. */
function plainTitle(words: string): string {
  return words.replace(/^(?:LEARNINGS|DECISIONS)(?:\.md)?\s*(?:[-–—:]\s*)?/i, "").trim();
}

function hasWords(text: string): boolean {
  return text.split("\n").some((line) => {
    const said = line
      .replace(/^\s*(?:[-*+]|\d+[.)]|#{3,6}|>)\s*/, "")
      .replace(/^\[[ x]\]\s*/i, "")
      .replace(/^\*\*[^*]+:?\*\*:?\s*/, "")
      .replace(/\*\*/g, "")
      .trim();
    return (
      said.length > 2 &&
      /\p{L}{3}/u.test(said) &&
      !placeholder.test(said) &&
      !/:$/.test(said) &&
      !/^\|?[-|: ]+\|?$/.test(said)
    );
  });
}
