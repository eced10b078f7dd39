/** What the quality bench runs: anything that takes the lines of conversations and answers questions with their ids. */
import type { RecallRow } from "@reef/engine/port/recall";

export interface Retriever {
  readonly name: string;
  /** Takes in all rows; the answer searches them. */
  open(rows: readonly RecallRow[]): Promise<OpenRetriever>;
}

export interface OpenRetriever extends AsyncDisposable {
  /** At most ten ids, best first. */
  search(question: string): Promise<readonly string[]>;
}

/** As a person would write it down, and as those take it that know no speaker. */
export function lineOf(row: RecallRow): string {
  return `${row.speaker}: ${row.text}`;
}
