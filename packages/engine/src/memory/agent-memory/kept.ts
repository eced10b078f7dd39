/** Keeps the rows of an AgentMemory with the memories made from them, in their metadata under `agentMemory`. */
import type { Memory } from "@reef/protocol/memory";
import { z } from "zod";
import { ContextRow, InsightRow, SessionRow } from "./rows.ts";

/** The rows that say what the memory says. */
export const Kept = z.object({
  sessions: z.array(SessionRow.partial({ task: true, result: true })).optional(),
  insights: z.array(InsightRow.partial({ content: true })).optional(),
  context: ContextRow.optional(),
  /** Where the result begins in a text that is too long to be kept twice. */
  resultAt: z.int().optional(),
});
export type Kept = z.infer<typeof Kept>;

/** Metadata of a memory holds 16,000 characters; this leaves room for the names around them. */
export const maxKept = 15_000;

/** Null for a memory that did not come from an AgentMemory. */
export function readKept({
  kind,
  text,
  source,
  metadata,
}: Pick<Memory, "kind" | "text" | "source" | "metadata">): Kept | null {
  if (metadata.agentMemory === undefined) return null;
  // A context that is too long for metadata is the memory's text.
  const isLong = kind === "document" && source.kind === "import" && text.startsWith('{"context_id"');
  const kept = Kept.safeParse(isLong ? { context: parse(text) } : metadata.agentMemory);
  return kept.success ? kept.data : null;
}

/** Returns the rows of both; a row that both have counts once. */
export function mergeKept(one: Kept, other: Kept): Kept {
  const sessions = uniqueBy([...(one.sessions ?? []), ...(other.sessions ?? [])], (row) => row.session_id);
  const insights = uniqueBy([...(one.insights ?? []), ...(other.insights ?? [])], (row) => row.insight_id);
  return {
    ...one,
    ...other,
    ...(sessions.length > 0 && { sessions }),
    ...(insights.length > 0 && { insights }),
  };
}

function uniqueBy<Row>(rows: readonly Row[], idOf: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [idOf(row), row])).values()];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
