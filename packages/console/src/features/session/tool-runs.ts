/**
 * Folds many calls in a row to one line: a turn of a hundred lookups would bury what was said before it. The model's thoughts between them fold with
 * them. What a person must not miss keeps its own row: a call that failed, has no result or brought files, and one of a tool that does not fold, such
 * as those that reach another session or a person. Pure, so that it runs outside rendering.
 */
import { unfoldedTools } from "@reef/protocol/own-tools.generated";
import type { TranscriptRow } from "./transcript-rows.ts";

export type ToolRow = Extract<TranscriptRow, { type: "tool" }>;
export type RunRow = Extract<TranscriptRow, { type: "run" }>;
type RowOfRun = RunRow["rows"][number];

/** Shorter runs stay as they are. */
const least = 3;
/** This many of the run at the end of a transcript stay, so that a turn is seen to make progress. */
const keptAtEnd = 2;

/**
 * A run that contains one of `openSeqs` is open: its head comes before its calls. When the answer has begun below them, the last
 * calls fold too: folding them later, when it is stored, would move what is being read.
 */
export function foldRuns(
  rows: readonly TranscriptRow[],
  openSeqs: ReadonlySet<number>,
  isAnswered = false,
): readonly TranscriptRow[] {
  const folded: TranscriptRow[] = [];
  let run: RowOfRun[] = [];
  const endRun = (kept: number): void => {
    const rowsOf = run.slice(0, endWithout(run, kept));
    if (rowsOf.filter(isTool).length < least) folded.push(...run);
    else folded.push(...rowsOfRun(rowsOf, openSeqs), ...run.slice(rowsOf.length));
    run = [];
  };
  for (const row of rows) {
    if (isQuiet(row)) run.push(row);
    else {
      endRun(0);
      folded.push(row);
    }
  }
  endRun(isAnswered ? 0 : keptAtEnd);
  return folded;
}

export function isInRun({ rows }: RunRow, seq: number): boolean {
  return rows.some((row) =>
    row.type === "thought" ? row.entry.seq === seq : row.call?.seq === seq || row.result?.seq === seq,
  );
}

function rowsOfRun(rows: readonly RowOfRun[], openSeqs: ReadonlySet<number>): readonly TranscriptRow[] {
  const [first] = rows;
  const calls = rows.filter(isTool);
  const isHead = first?.isHead ?? false;
  const head = { type: "run", key: `run-${calls[0]?.key}`, calls, rows, isHead, isOpen: false } as const;
  if (openSeqs.size === 0 || ![...openSeqs].some((seq) => isInRun(head, seq))) return [head];
  return [{ ...head, isOpen: true }, ...rows.map((row) => ({ ...row, isHead: false, isInRun: true as const }))];
}

/**
 * Returns where the last `kept` calls begin, each with the thoughts before it; thoughts without a call after them stay
 * as well.
 */
function endWithout(run: readonly RowOfRun[], kept: number): number {
  let end = run.length;
  while (end > 0 && run[end - 1]?.type === "thought") end -= 1;
  for (let left = kept; left > 0 && end > 0; left -= 1) {
    end -= 1;
    while (end > 0 && run[end - 1]?.type === "thought") end -= 1;
  }
  return end;
}

function isTool(row: RowOfRun): row is ToolRow {
  return row.type === "tool";
}

function isQuiet(row: TranscriptRow): row is RowOfRun {
  if (row.type === "thought") return true;
  if (row.type !== "tool" || row.call === null || row.result === null || row.result.tool?.isError) return false;
  if (row.result.attachments?.length) return false;
  return !unfoldedTools.has(nameOf(row.call));
}

function nameOf(call: ToolRow["call"]): string {
  return call?.tool?.name ?? "tool";
}
