/** Converts the notes in an agent's workspace to memories: each point or paragraph is one, with its heading. */
import type { NewMemory } from "@reef/protocol/memory";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";

export interface NoteFile {
  /** Relative to the workspace: `MEMORY.md`, `memory/2026-02-11.md`. */
  readonly path: string;
  readonly text: string;
}

const maxLength = 20_000;

export function noteToMemories({ path, text }: NoteFile): readonly NewMemory[] {
  const occurredAt = dayOf(path);
  return pieces(text).map(({ heading, words }) => ({
    text: words.slice(0, maxLength).toWellFormed(),
    kind: "note" as const,
    ...(occurredAt !== null && { occurredAt }),
    metadata: { file: path, ...(heading !== "" && { heading: heading.slice(0, 200) }) },
  }));
}

/** Returns midnight of the day in the file's name. `Date.parse` alone reads the 30th of February as a day in March. */
function dayOf(path: string): IsoTime | null {
  const day = /(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)[^/]*\.md$/.exec(path)?.[1];
  const ms = day === undefined ? Number.NaN : isoToMs(day);
  if (Number.isNaN(ms)) return null;
  const midnight = msToIso(ms);
  return midnight.startsWith(`${day}T`) ? midnight : null;
}

interface Piece {
  readonly heading: string;
  readonly words: string;
}

function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let heading = "";
  let words: string[] = [];
  let isFenced = false;
  const end = () => {
    const said = words.join("\n").trim();
    if (said !== "" && /[\p{L}\p{N}]/u.test(said)) found.push({ heading, words: said });
    words = [];
  };
  for (const line of withoutFrontMatter(text).split("\n")) {
    if (/^\s*```/.test(line)) isFenced = !isFenced;
    const title = isFenced ? null : /^#{1,6}\s+(.*)$/.exec(line);
    const point = isFenced ? null : /^(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
    if (title !== null) {
      end();
      heading = title[1]?.trim() ?? "";
    } else if (point !== null) {
      end();
      words.push(point[1] ?? "");
    } else if (line.trim() === "" && !isFenced) end();
    else words.push(line.replace(/^\s{1,4}/, ""));
  }
  end();
  return found;
}

function withoutFrontMatter(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/<!--[\s\S]*?-->/g, "");
}
