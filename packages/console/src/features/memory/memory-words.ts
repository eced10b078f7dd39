/** Describes a memory in a person's words: its state, whose word it is, and the parts of a score by family. */
import type { Memory, MemoryKind, MemorySource, MemoryTrust, RecallWhy } from "@reef/protocol/memory";
import { wordsOfScorePart } from "@reef/protocol/score-words";

export interface MemoryMark {
  readonly state: "active" | "waits" | "suggested" | "superseded" | "archived";
  readonly label: string;
}

/** Returns null for a valid memory that needs no mark. */
export function markOf(memory: Memory): MemoryMark | null {
  if (memory.archivedFor === "suggested") return { state: "suggested", label: "Suggested" };
  if (memory.supersededBy !== null) return { state: "superseded", label: "Replaced" };
  if (memory.archivedAt !== null) return { state: "archived", label: labelOfArchive(memory) };
  if (memory.approvedAt === null && memory.trust === "tool") return { state: "waits", label: "Kept out of prompts" };
  if (memory.approvedAt === null && memory.trust === "session" && memory.kind !== "entry") {
    return { state: "waits", label: "Recalled for that bot only" };
  }
  return null;
}

function labelOfArchive({ archivedFor }: Memory): string {
  switch (archivedFor) {
    case "expired":
      return "Archived: expired";
    case "quota":
      return "Archived: over the limit";
    case "undone":
      return "Archived: undone";
    default:
      return "Forgotten";
  }
}

export const wordByKind: Readonly<Record<MemoryKind, string>> = {
  fact: "Fact",
  note: "Note",
  summary: "Summary",
  document: "Document",
  entry: "Line",
};

export const wordByTrust: Readonly<Record<MemoryTrust, string>> = {
  person: "from you",
  bot: "from the bot",
  session: "from another session",
  tool: "from a tool",
  import: "imported",
};

/** Returns the session of a source; null when the source is no session. */
export function sessionOfSource(source: MemorySource): Extract<MemorySource, { readonly sessionId: string }> | null {
  return source.kind === "entry" || source.kind === "turn" || source.kind === "session" ? source : null;
}

export interface ScoreShare {
  readonly label: string;
  readonly value: number;
  /** 0 to 1, relative to the largest amount, so that parts against it have a length as well. */
  readonly share: number;
}

/** Returns the parts of a score that people can tell apart, largest first; those with the same word are added up. */
export function sharesOf({ parts }: RecallWhy): readonly ScoreShare[] {
  const sums = new Map<string, number>();
  for (const { name, value } of parts) {
    const label = wordsOfScorePart(name);
    sums.set(label, (sums.get(label) ?? 0) + value);
  }
  const entries = [...sums].filter(([, value]) => Math.abs(value) >= 0.005);
  const largest = Math.max(...entries.map(([, value]) => Math.abs(value)), 0);
  return entries
    .map(([label, value]) => ({ label, value, share: largest === 0 ? 0 : Math.abs(value) / largest }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}
