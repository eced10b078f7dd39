/**
 * Many calls in a row fold to one line: a turn of a hundred looks around would bury what was said before it. What a
 * person must not miss keeps its own row: a call that failed or has no result, and one that reaches another session or
 * a person. Pure, so that it runs outside rendering.
 */
import { spawnedSessionId } from "./spawned-session.ts";
import type { TranscriptRow } from "./transcript-rows.ts";

export type ToolRow = Extract<TranscriptRow, { type: "tool" }>;
export type RunRow = Extract<TranscriptRow, { type: "run" }>;

/** Fewer stay as they are. */
const least = 5;
/** Of the run at the end of a transcript so many stay, so that a turn is seen to get on. */
const keptAtEnd = 2;

const seenByOthers: ReadonlySet<string> = new Set(["session_send", "ask_person", "report_result", "session_wait"]);

/** A run in which one of `openSeqs` lies is open: its head stands before its calls. */
export function foldRuns(rows: readonly TranscriptRow[], openSeqs: ReadonlySet<number>): readonly TranscriptRow[] {
  const folded: TranscriptRow[] = [];
  let run: ToolRow[] = [];
  const endRun = (kept: number): void => {
    const calls = kept === 0 ? run : run.slice(0, -kept);
    if (calls.length < least) folded.push(...run);
    else folded.push(...rowsOfRun(calls, openSeqs), ...run.slice(calls.length));
    run = [];
  };
  for (const row of rows) {
    if (isQuiet(row)) run.push(row);
    else {
      endRun(0);
      folded.push(row);
    }
  }
  endRun(keptAtEnd);
  return folded;
}

export function isInRun({ calls }: RunRow, seq: number): boolean {
  return seqOf(calls[0]) <= seq && calls.some(({ call, result }) => call?.seq === seq || result?.seq === seq);
}

/** `session_list ×12, memory_search ×6`: the most called first. */
export function runWords(calls: readonly ToolRow[]): string {
  const counts = new Map<string, number>();
  for (const { call } of calls) counts.set(nameOf(call), (counts.get(nameOf(call)) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
    .join(", ");
}

function rowsOfRun(calls: readonly ToolRow[], openSeqs: ReadonlySet<number>): readonly TranscriptRow[] {
  const [first] = calls;
  const head = { type: "run", key: `run-${first?.key}`, calls, isHead: first?.isHead ?? false, isOpen: false } as const;
  if (openSeqs.size === 0 || ![...openSeqs].some((seq) => isInRun(head, seq))) return [head];
  return [{ ...head, isOpen: true }, ...calls.map((call) => (call.isHead ? { ...call, isHead: false } : call))];
}

function isQuiet(row: TranscriptRow): row is ToolRow {
  if (row.type !== "tool" || row.call === null || row.result === null || row.result.tool?.isError) return false;
  return !seenByOthers.has(nameOf(row.call)) && spawnedSessionId(row) === null;
}

function nameOf(call: ToolRow["call"]): string {
  return call?.tool?.name ?? "tool";
}

function seqOf(row: ToolRow | undefined): number {
  return row?.call?.seq ?? 0;
}
