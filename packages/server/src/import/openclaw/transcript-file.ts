/**
 * Reads a transcript of an older OpenClaw: one JSON object a line, each naming the one before it. Only the path from
 * the last line to the first is the conversation; lines left behind when a person went back are not.
 */
import type { GatewayEntry } from "@reef/protocol/gateway";
import { toldTime } from "@reef/protocol/time";
import { rowToEntries, TranscriptRow } from "@reef/runtimes/openclaw/mirror/transcript-row";
import { z } from "zod";

export interface TranscriptFile {
  /** The conversation's own id; the file's name when it has none. */
  readonly sessionId: string | null;
  readonly startedMs: number | null;
  readonly entries: readonly GatewayEntry[];
  /** Describes lines that cannot be read; null when all can. */
  readonly problem: string | null;
}

const TranscriptLine = z.object({
  type: z.string(),
  id: z.string().min(1).max(200).nullish(),
  parentId: z.string().nullish(),
  timestamp: z.union([z.string(), z.number()]).nullish(),
  message: z.record(z.string(), z.unknown()).nullish(),
  content: z.unknown().optional(),
  summary: z.string().nullish(),
});
type TranscriptLine = z.infer<typeof TranscriptLine>;

interface Numbered {
  readonly line: TranscriptLine;
  readonly id: string;
}

/** Never throws. */
export function readTranscriptFile(text: string): TranscriptFile {
  let sessionId: string | null = null;
  let startedMs: number | null = null;
  const lines: Numbered[] = [];
  const bad: number[] = [];
  let place = 0;
  for (const given of text.split("\n")) {
    place += 1;
    if (given.trim() === "") continue;
    const line = readLine(given);
    if (line === null) bad.push(place);
    else if (line.type === "session") {
      sessionId ??= line.id ?? null;
      startedMs ??= timeOf(line);
    } else lines.push({ line, id: line.id ?? `line-${place}` });
  }
  const entries = activePath(lines).flatMap(toEntries);
  const firstMs = entries[0]?.at == null ? null : Date.parse(entries[0].at);
  return { sessionId, startedMs: startedMs ?? firstMs, entries, problem: sayBad(bad, place) };
}

function readLine(given: string): TranscriptLine | null {
  try {
    const value: unknown = JSON.parse(given);
    const line = TranscriptLine.safeParse(value);
    if (line.success) return line.data;
    // The oldest files hold bare messages.
    const message = z.looseObject({ role: z.string() }).safeParse(value);
    return message.success ? { type: "message", message: message.data, content: undefined } : null;
  } catch {
    return null;
  }
}

/**
 * Returns the path from the last line back to the first; every line, when the chain is broken or the file is older than
 * chains.
 */
function activePath(lines: readonly Numbered[]): readonly Numbered[] {
  const last = lines.at(-1);
  if (last === undefined || lines.some(({ line }) => line.id == null)) return lines;
  const byId = new Map(lines.map((each) => [each.id, each]));
  const path: Numbered[] = [];
  const seen = new Set<string>();
  for (let at: Numbered | undefined = last; at !== undefined; ) {
    if (seen.has(at.id)) return lines;
    seen.add(at.id);
    path.push(at);
    const before: string | null | undefined = at.line.parentId;
    if (before == null) return path.reverse();
    const next = byId.get(before);
    // A missing parent was the head of the file, or the chain is broken.
    if (next === undefined) return path.length > lines.length / 2 ? path.reverse() : lines;
    at = next;
  }
  return lines;
}

/** Leaves out settings and states of extensions, which are not part of the conversation. */
function toEntries({ line, id }: Numbered): readonly GatewayEntry[] {
  const ms = timeOf(line);
  const about = { __openclaw: { id, recordTimestampMs: ms } };
  switch (line.type) {
    case "message":
      return rowEntries({ ...line.message, ...about });
    case "custom_message":
      return rowEntries({ role: "custom", content: line.content, ...about });
    case "compaction":
    case "branch_summary":
      return line.summary
        ? rowEntries({ role: "summary", content: `Summary made by OpenClaw:\n${line.summary}`, ...about })
        : [];
    default:
      return [];
  }
}

function rowEntries(given: unknown): readonly GatewayEntry[] {
  const row = TranscriptRow.safeParse(given);
  return row.success ? rowToEntries(row.data) : [];
}

function timeOf({ timestamp, message }: TranscriptLine): number | null {
  const given = timestamp ?? message?.timestamp;
  const ms = typeof given === "string" ? Date.parse(given) : given;
  return typeof ms === "number" && toldTime(ms) !== null ? ms : null;
}

function sayBad(bad: readonly number[], total: number): string | null {
  if (bad.length === 0) return null;
  const named = bad.slice(0, 5).join(", ");
  return `${bad.length} of ${total} lines are not messages (${bad.length > 5 ? `${named}, …` : `line ${named}`}); the rest is imported`;
}
