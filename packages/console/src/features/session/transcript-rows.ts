/**
 * Turns a transcript into rows: a tool's result joins its call, a new day gets a divider, and what is still on its way
 * (live text, messages not yet taken) is at the end until its entry arrives. Pure, so that it runs outside rendering.
 */
import type { LiveText } from "@reef/client/live-text";
import type { Entry } from "@reef/protocol/entry";
import type { Phase } from "@reef/protocol/socket";
import type { OutboxItem } from "../../data/outbox-item.ts";
import { dayKey } from "../../ui/time.ts";

export type TranscriptRow =
  | { readonly type: "day"; readonly key: string; readonly at: string }
  /** The rows below were unread when the session was opened. */
  | { readonly type: "new"; readonly key: string }
  /** `isHead`: the first of a run of rows by one author, which names the author. */
  | { readonly type: "entry"; readonly key: string; readonly entry: Entry; readonly isHead: boolean }
  /** What the model thought before it called tools without any text. */
  | {
      readonly type: "thought";
      readonly key: string;
      readonly entry: Entry;
      readonly isHead: boolean;
      readonly isInRun?: true;
    }
  | {
      readonly type: "tool";
      readonly key: string;
      readonly call: Entry | null;
      readonly result: Entry | null;
      readonly isHead: boolean;
      /** It is below the head of its open run. */
      readonly isInRun?: true;
    }
  /** Many calls in a row; open, they follow as rows of their own. */
  | {
      readonly type: "run";
      readonly key: string;
      readonly calls: readonly Extract<TranscriptRow, { type: "tool" }>[];
      /** The same with the thoughts between them. */
      readonly rows: readonly Extract<TranscriptRow, { type: "tool" | "thought" }>[];
      readonly isHead: boolean;
      readonly isOpen: boolean;
    }
  /** The head of several sessions that were started one after the other; they follow as rows of their own. */
  | {
      readonly type: "spawns";
      readonly key: string;
      readonly count: number;
      readonly at: string;
      readonly isHead: boolean;
    }
  /** A part that was replaced; open, its entries follow as rows of their own. */
  | { readonly type: "replaced"; readonly key: string; readonly notice: Entry; readonly isOpen: boolean }
  | { readonly type: "live"; readonly key: string; readonly text: string; readonly isHead: boolean }
  /** The answer has no words yet. */
  | { readonly type: "phase"; readonly key: string; readonly phase: Phase; readonly isHead: boolean }
  | { readonly type: "outgoing"; readonly key: string; readonly item: OutboxItem };

/** With `readSeq`, the first entry after it by anyone but the person gets a divider before it. */
export function entriesToRows(entries: readonly Entry[], readSeq: number | null = null): readonly TranscriptRow[] {
  const resultByCall = new Map<string, Entry>();
  const calls = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "tool_result") resultByCall.set(callKey(entry), entry);
    else if (entry.kind === "tool_call") calls.add(callKey(entry));
  }
  const rows: TranscriptRow[] = [];
  let day = "";
  let author = "";
  let isNewMarked = readSeq === null;
  for (const entry of entries) {
    // An answer that only calls tools has no words of its own.
    const isWordless = entry.kind === "bot" && entry.text === "" && !entry.partial && !entry.attachments?.length;
    if (isWordless && !entry.reasoning) continue;
    if (entry.kind === "tool_result" && calls.has(callKey(entry))) continue;
    const entryDay = dayKey(Date.parse(entry.at));
    if (entryDay !== day) {
      day = entryDay;
      author = "";
      rows.push({ type: "day", key: `day-${entry.seq}`, at: entry.at });
    }
    if (!isNewMarked && entry.seq > (readSeq ?? 0) && (entry.kind !== "person" || entry.from?.kind === "schedule")) {
      isNewMarked = true;
      author = "";
      rows.push({ type: "new", key: "new" });
    }
    const entryAuthor = authorOf(entry);
    const isHead = entryAuthor !== author;
    author = entryAuthor;
    if (isWordless) rows.push({ type: "thought", key: entry.id, entry, isHead });
    else if (entry.kind === "tool_call") {
      rows.push({ type: "tool", key: entry.id, call: entry, result: resultByCall.get(callKey(entry)) ?? null, isHead });
    } else if (entry.kind === "tool_result") {
      rows.push({ type: "tool", key: entry.id, call: null, result: entry, isHead });
    } else {
      rows.push({ type: "entry", key: entry.id, entry, isHead });
    }
  }
  return rows;
}

/**
 * Returns the last rows that surely fill a height: each is taken for no taller than its lines. Most rows are, and more do no
 * harm.
 */
export function rowsThatFill(rows: readonly TranscriptRow[], heightPx: number): readonly TranscriptRow[] {
  let first = rows.length;
  for (let filledPx = 0; first > 0 && filledPx < heightPx; first -= 1) filledPx += leastHeightPx(rows[first - 1]);
  return rows.slice(first);
}

const rowPx = 24;
const linePx = 20;
const wideLine = 130;

function leastHeightPx(row: TranscriptRow | undefined): number {
  // It shows nothing for the first seconds.
  if (row?.type === "phase") return 0;
  const text = row?.type === "entry" ? row.entry.text : row?.type === "live" ? row.text : "";
  return rowPx + Math.floor(text.length / wideLine) * linePx;
}

/**
 * Returns the number of the entry a row shows; of a tool's call and result, the call's. Null for a row without an
 * entry.
 */
export function seqOfRow(row: TranscriptRow): number | null {
  if (row.type === "entry" || row.type === "thought") return row.entry.seq;
  if (row.type === "tool") return (row.call ?? row.result)?.seq ?? null;
  return null;
}

/** Returns the row that shows an entry, or the nearest one before its place; -1 without rows. */
export function rowIndexOfSeq(rows: readonly TranscriptRow[], seq: number): number {
  let nearest = rows.length === 0 ? -1 : 0;
  for (const [index, row] of rows.entries()) {
    // A result is in its call's row, which may be some rows above its own place.
    if (row.type === "tool" && row.result?.seq === seq) return index;
    if (row.type === "run" && (row.calls[0]?.call?.seq ?? seq) < seq) nearest = index;
    const own = seqOfRow(row);
    if (own !== null && own <= seq) nearest = index;
  }
  return nearest;
}

/** What is on its way. */
export interface Tail {
  readonly live: LiveText | null;
  readonly phase: Phase | null;
  readonly outgoing: readonly OutboxItem[];
}

/** Returns the rows followed by what is on its way. */
export function withTail(rows: readonly TranscriptRow[], { live, phase, outgoing }: Tail): readonly TranscriptRow[] {
  const isWordless = !live?.text && phase !== null && phase.phase !== "writing";
  if (!live?.text && !isWordless && outgoing.length === 0) return rows;
  const tail: TranscriptRow[] = [];
  const isHead = !endsWithBot(rows);
  if (live?.text) tail.push({ type: "live", key: `live-${live.turnId}`, text: live.text, isHead });
  else if (isWordless) tail.push({ type: "phase", key: `phase-${phase.turnId}`, phase, isHead });
  for (const item of outgoing) tail.push({ type: "outgoing", key: item.key, item });
  return [...rows, ...tail];
}

/** Returns messages of the outbox that are neither an entry yet nor shown as waiting in the mailbox. */
export function outgoingItems(
  items: readonly OutboxItem[],
  { entries, waitingIds }: { readonly entries: readonly Entry[]; readonly waitingIds: ReadonlySet<string> },
): readonly OutboxItem[] {
  if (items.length === 0) return items;
  const arrived = new Set<string>(waitingIds);
  // A message becomes an entry near the end; looking further back would cost as much as the transcript is long.
  const newest = entries.slice(-200);
  for (const entry of newest) if (entry.messageId) arrived.add(entry.messageId);
  // On a slow line the entry is here before the answer that names the message. Each such entry accounts for one item.
  const answered = new Set(items.flatMap(({ messageId }) => messageId ?? []));
  const unnamed = newest.filter(
    (entry) => entry.kind === "person" && (entry.messageId === null || !answered.has(entry.messageId)),
  );
  const isEntry = ({ text, afterSeq }: OutboxItem): boolean => {
    const at = unnamed.findIndex((entry) => afterSeq !== null && entry.seq > afterSeq && entry.text === text);
    if (at >= 0) unnamed.splice(at, 1);
    return at >= 0;
  };
  return items.filter((item) =>
    item.messageId === null ? item.state === "failed" || !isEntry(item) : !arrived.has(item.messageId),
  );
}

function endsWithBot(rows: readonly TranscriptRow[]): boolean {
  const last = rows.at(-1);
  if (last?.type === "tool" || last?.type === "run" || last?.type === "thought") return true;
  return last?.type === "entry" && last.entry.kind === "bot";
}

function authorOf(entry: Entry): string {
  if (entry.kind === "bot" || entry.kind === "tool_call" || entry.kind === "tool_result") return "bot";
  return entry.kind === "notice" ? "notice" : entry.id;
}

function callKey(entry: Entry): string {
  return `${entry.turnId} ${entry.tool?.callId}`;
}
