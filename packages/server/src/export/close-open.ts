/**
 * Closes what a Markdown text leaves open: a fence, a comment, or an element with raw content. Stopped and hostile
 * answers end like that: the text after them would be hidden, or would read as part of their code.
 */

const verbatim = /^ {0,3}<(script|style|pre|textarea)(?=[\s>]|$)/i;

interface Open {
  isEnd(line: string): boolean;
  readonly close: string;
}

/** Finds the end where a reader of CommonMark does. */
export function closeOpen(text: string): string {
  let open: Open | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (open !== null) {
      if (open.isEnd(line)) open = null;
      continue;
    }
    open = openedBy(line);
  }
  return open === null ? text : `${text}\n${open.close}`;
}

function openedBy(line: string): Open | null {
  const [, ticks, info = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (ticks !== undefined && !(ticks.startsWith("`") && info.includes("`"))) {
    return { isEnd: (later) => isFenceEnd(later, ticks), close: ticks };
  }
  const tag = verbatim.exec(line)?.[1];
  // It may end on the line that begins it.
  const found =
    tag !== undefined
      ? { end: /<\/(?:script|style|pre|textarea)>/i, close: `</${tag}>` }
      : /^ {0,3}<!--/.test(line)
        ? { end: /-->/, close: "-->" }
        : /^ {0,3}<\?/.test(line)
          ? { end: /\?>/, close: "?>" }
          : /^ {0,3}<!\[CDATA\[/.test(line)
            ? { end: /\]\]>/, close: "]]>" }
            : null;
  if (found === null || found.end.test(line)) return null;
  return { isEnd: (later) => found.end.test(later), close: found.close };
}

function isFenceEnd(line: string, ticks: string): boolean {
  const run = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1];
  return run?.startsWith(ticks) === true;
}
