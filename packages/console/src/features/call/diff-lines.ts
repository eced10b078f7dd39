/**
 * Compares two texts by lines, or reads a unified diff, as lines to draw. Bounded: texts that take too long to compare are shown
 * as all removed and all added.
 */
import { structuredPatch } from "diff";

export interface DiffLine {
  readonly kind: "same" | "removed" | "added" | "gap";
  readonly text: string;
  /** In the old text; null for an added line, or where it is not known. */
  readonly before: number | null;
  readonly after: number | null;
}

const compareMs = 200;
/** More would be scrolled past, not read. */
const mostLines = 3_000;

/** `hasPlace` is false for pieces of a file: their line numbers say nothing. */
export function diffTexts(before: string, after: string, hasPlace = true): readonly DiffLine[] {
  const patch = structuredPatch("", "", before, after, undefined, undefined, { context: 3, timeout: compareMs });
  if (patch === undefined) return cut([...each(before, "removed"), ...each(after, "added")]);
  return cut(
    patch.hunks.flatMap(({ oldStart, newStart, lines }, index) => [
      ...(index > 0 ? [gap("")] : []),
      ...hunkLines(lines, hasPlace ? { before: oldStart, after: newStart } : null),
    ]),
  );
}

/** Reads a unified diff of one file; what is not part of a hunk is left out. */
export function readPatch(patch: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let hunk: string[] = [];
  let start: Start = null;
  const end = (): void => {
    lines.push(...hunkLines(hunk, start));
    hunk = [];
  };
  let isInside = false;
  for (const line of patch.split("\n")) {
    const head = /^@@ -(\d{1,9})(?:,\d+)? \+(\d{1,9})(?:,\d+)? @@(.*)$/.exec(line);
    if (head) {
      end();
      if (isInside) lines.push(gap(head[3]?.trim() ?? ""));
      isInside = true;
      start = { before: Number(head[1]), after: Number(head[2]) };
    } else if (isInside && /^[ +-]/.test(line)) hunk.push(line);
  }
  end();
  return cut(lines);
}

/** Formats `+3 −1`; empty if nothing changed. */
export function diffCounts(lines: readonly DiffLine[]): string {
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  const [added, removed] = [count("added"), count("removed")];
  return [added > 0 ? `+${added}` : "", removed > 0 ? `−${removed}` : ""].filter(Boolean).join(" ");
}

type Start = { readonly before: number; readonly after: number } | null;

function hunkLines(lines: readonly string[], start: Start): readonly DiffLine[] {
  let [before, after] = [start?.before ?? 0, start?.after ?? 0];
  const numberOf = (value: number): number | null => (start === null ? null : value);
  return lines.flatMap((line): DiffLine[] => {
    const text = line.slice(1);
    if (line.startsWith("\\")) return [];
    if (line.startsWith("-")) return [{ kind: "removed", text, before: numberOf(before++), after: null }];
    if (line.startsWith("+")) return [{ kind: "added", text, before: null, after: numberOf(after++) }];
    return [{ kind: "same", text, before: numberOf(before++), after: numberOf(after++) }];
  });
}

function each(text: string, kind: "removed" | "added"): readonly DiffLine[] {
  if (text === "") return [];
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => ({ kind, text: line, before: null, after: null }));
}

function gap(text: string): DiffLine {
  return { kind: "gap", text, before: null, after: null };
}

function cut(lines: readonly DiffLine[]): readonly DiffLine[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), gap(`${lines.length - mostLines} more lines`)];
}
