/**
 * Folds a part of a conversation that was replaced (TU10) to one line where it began; open, its rows follow that line.
 * The notice that replaced it is that line, so it has no row of its own. Pure, so that it runs outside rendering.
 */
import type { Entry } from "@reef/protocol/entry";
import { seqOfRow, type TranscriptRow } from "./transcript-rows.ts";

export type ReplacedRow = Extract<TranscriptRow, { type: "replaced" }>;

/** A fold that contains one of `openSeqs` is open. */
export function foldReplaced(
  rows: readonly TranscriptRow[],
  entries: readonly Entry[],
  openSeqs: ReadonlySet<number>,
): readonly TranscriptRow[] {
  // A replaced part inside another replaced part folds with that.
  const notices = entries.filter(({ notice, replacedBy }) => notice?.type === "rewound" && replacedBy === undefined);
  if (notices.length === 0) return rows;
  const folds = notices.map((notice): ReplacedRow => {
    const row = { type: "replaced", key: `replaced-${notice.seq}`, notice, isOpen: false } as const;
    return { ...row, isOpen: [...openSeqs].some((seq) => isInReplaced(row, seq)) };
  });
  const folded: TranscriptRow[] = [];
  const shown = new Set<ReplacedRow>();
  let day: TranscriptRow | null = null;
  const show = (row: TranscriptRow): void => {
    if (day !== null) folded.push(day);
    day = null;
    folded.push(row);
  };
  for (const [at, row] of rows.entries()) {
    // Of the days in a closed part, the last one heads what follows it.
    if (row.type === "day") {
      day = row;
      continue;
    }
    // A divider belongs to what follows it.
    const seq = seqOfRow(row) ?? seqOfRow(rows[at + 1] ?? row);
    const fold = seq === null ? undefined : folds.find((each) => isInReplaced(each, seq));
    if (fold !== undefined && !shown.has(fold)) {
      shown.add(fold);
      show(fold);
    }
    if (fold === undefined || (fold.isOpen && seqOfRow(row) !== fold.notice.seq)) show(row);
  }
  return folded;
}

export function isInReplaced({ notice }: ReplacedRow, seq: number): boolean {
  return notice.notice?.type === "rewound" && seq > notice.notice.toSeq && seq <= notice.seq;
}

export function firstSeqOf({ notice }: ReplacedRow): number {
  return notice.notice?.type === "rewound" ? notice.notice.toSeq + 1 : notice.seq;
}

/** Returns how many entries it replaces. */
export function countReplaced(row: ReplacedRow): number {
  return row.notice.seq - firstSeqOf(row);
}
