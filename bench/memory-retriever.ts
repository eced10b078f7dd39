/**
 * Defines what the quality bench runs: anything that takes the lines of conversations and answers questions with their
 * ids.
 */
import type { RecallRow } from "@reef/engine/port/recall";

export interface Retriever {
  readonly name: string;
  /** Loads all rows; the result searches them. */
  open(rows: readonly RecallRow[]): Promise<OpenRetriever>;
}

export interface OpenRetriever extends AsyncDisposable {
  /** At most ten ids, best first. */
  search(question: string): Promise<readonly string[]>;
}

/** Formats a row as a person would write it, which also suits retrievers that know no speakers. */
export function lineOf(row: RecallRow): string {
  return `${row.speaker}: ${row.text}`;
}
