/** Formats entries as Markdown, as their authors wrote it. */
import type { Entry } from "@reef/protocol/entry";

/** Returns everything the bot said in the turn of an answer; empty for other entries. */
export function answerMarkdown(entries: readonly Entry[], { kind, turnId }: Entry): string {
  if (kind !== "bot" || turnId === null) return "";
  return entries
    .filter((entry) => entry.kind === "bot" && entry.turnId === turnId && entry.text !== "")
    .map(({ text }) => text)
    .join("\n\n");
}

export function entriesToMarkdown(entries: readonly Entry[]): string {
  return entries
    .map(({ text }) => text)
    .filter(Boolean)
    .join("\n\n");
}

/** Returns the numbers of the rows in the page's selection. */
export function selectedSeqs(): readonly number[] {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return [];
  const range = selection.getRangeAt(0);
  const rows = [...document.querySelectorAll<HTMLElement>("[data-testid=transcript] [data-seq]")];
  return rows.filter((row) => range.intersectsNode(row)).map((row) => Number(row.dataset.seq));
}
