/**
 * Reads a Markdown file line by line, with what each line stands under. What is inside a fence or a comment is text, and
 * never a heading, a field or a criterion.
 */
export interface Line {
  /** From 0. */
  readonly at: number;
  readonly text: string;
  /** Inside a fence of code or a comment. */
  readonly isQuoted: boolean;
  /** The heading of the second level above it, and the nearest of any deeper level. */
  readonly section: string | null;
  readonly heading: string | null;
  /** Of a heading: 1 to 6; otherwise 0. */
  readonly level: number;
}

export function readLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let fence: string | null = null;
  let isComment = false;
  let section: string | null = null;
  let heading: string | null = null;
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(raw)?.[1] ?? null;
    const wasQuoted = fence !== null || isComment;
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null;
    } else if (isComment) {
      if (raw.includes("-->")) isComment = false;
    } else if (mark !== null) {
      fence = mark;
    } else if (raw.includes("<!--") && !raw.slice(raw.lastIndexOf("<!--")).includes("-->")) {
      isComment = true;
    }
    const isQuoted = wasQuoted || mark !== null;
    const [, marks = "", title = ""] = isQuoted ? [] : (/^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(raw) ?? []);
    const level = marks.length;
    if (level === 1) [section, heading] = [null, null];
    if (level === 2) [section, heading] = [title, title];
    if (level > 2) heading = title;
    lines.push({ at, text: raw, isQuoted, section, heading, level });
  }
  return lines;
}

/** Returns the text of a heading, or of a value, without the marks around it. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}/g, (marks) =>
      marks.startsWith("_") && marks.length === 1 ? marks : "",
    )
    .trim();
}
