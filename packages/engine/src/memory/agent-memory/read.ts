/**
 * Reads an AgentMemory as `export_memory` writes it. A file of another schema is refused whole, with the reason; a row
 * that the original could not load is refused alone. Fields that it does not know go to the row's `metadata`, where it
 * allows them.
 */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { redactJson } from "../../redact/secrets.ts";
import { type AgentMemoryFile, ContextRow, InsightRow, SessionRow } from "./rows.ts";

export interface ReadAgentMemory extends AgentMemoryFile {
  /** By the number of the row, sessions first, from 1. */
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
  /** What a person should know, in words. */
  readonly notes: readonly string[];
}

const Outer = z.object({
  agent_id: z.string().default("agent"),
  sessions: z.array(z.unknown()).default([]),
  insights: z.array(z.unknown()).default([]),
  context: z.unknown().optional(),
});

/** Throws `invalid_request` for text that is not an AgentMemory. */
export function readAgentMemory(text: string): ReadAgentMemory {
  const parsed = parse(text);
  const { value, count } = redactJson(parsed);
  const outer = Outer.safeParse(value);
  if (!outer.success || !isAgentMemory(outer.data)) throw foreign(value);
  const { agent_id, sessions, insights, context } = outer.data;
  const notes: string[] = [];
  const refused: { line: number; reason: string }[] = [];
  const read = <Row>(schema: z.ZodType<Row>, known: readonly string[], items: readonly unknown[], before: number) =>
    items.flatMap((item, at): Row[] => {
      const row = schema.safeParse(foldUnknown(item, known));
      if (row.success) return [row.data];
      refused.push({ line: before + at + 1, reason: z.prettifyError(row.error).slice(0, 500) });
      return [];
    });
  const readSessions = read(SessionRow, Object.keys(SessionRow.shape), sessions, 0);
  const readInsights = read(InsightRow, Object.keys(InsightRow.shape), insights, sessions.length);
  const readContext = context === undefined || context === null ? null : ContextRow.safeParse(context);
  if (readContext?.success === false) notes.push(`The context was left out: ${z.prettifyError(readContext.error)}`);
  const owner = readContext?.success ? readContext.data.agent_id : null;
  if (owner !== null && owner !== agent_id) {
    notes.push(`The context says that it is of the agent “${owner}”, and the folder or file says “${agent_id}”.`);
  }
  const repeated = repeats([
    ...readSessions.map((row) => row.session_id),
    ...readInsights.map((row) => row.insight_id),
  ]);
  if (repeated > 0) notes.push(`${repeated} rows have an id that another row has.`);
  if (count > 0) notes.push(count === 1 ? "1 secret was blacked out." : `${count} secrets were blacked out.`);
  return {
    agent_id,
    sessions: readSessions,
    insights: readInsights,
    context: readContext?.success ? readContext.data : null,
    refused,
    notes,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new AppError("invalid_request", `this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Something must be recognised: an object without these parts, or with rows of other names, is another file. */
function isAgentMemory({ sessions, insights, context }: z.infer<typeof Outer>): boolean {
  const has = (item: unknown, key: string) => typeof item === "object" && item !== null && key in item;
  if (sessions.length > 0 && !sessions.some((row) => has(row, "task") && has(row, "session_id"))) return false;
  if (insights.length > 0 && !insights.some((row) => has(row, "content") && has(row, "insight_id"))) return false;
  return sessions.length + insights.length > 0 || has(context, "context_id");
}

function foreign(value: unknown): AppError {
  const found = Array.isArray(value)
    ? "a list"
    : typeof value === "object" && value !== null
      ? `an object with ${Object.keys(value).slice(0, 8).join(", ") || "nothing"}`
      : `a ${typeof value}`;
  const rows = (value as { readonly sessions?: unknown } | null)?.sessions;
  const [first] = Array.isArray(rows) ? rows : [];
  const detail =
    typeof first === "object" && first !== null
      ? `; its first row has ${Object.keys(first).slice(0, 8).join(", ")}`
      : "";
  const expected =
    "expected the parts sessions (session_id, task, result, …), insights (insight_id, content, …) and context";
  return new AppError("invalid_request", `this is not an AgentMemory: it is ${found}${detail}; ${expected}`);
}

function foldUnknown(item: unknown, known: readonly string[]): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  const entries = Object.entries(item);
  const unknown = entries.filter(([key]) => !known.includes(key));
  if (unknown.length === 0) return item;
  const { metadata } = item as { readonly metadata?: unknown };
  const kept = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return {
    ...Object.fromEntries(entries.filter(([key]) => known.includes(key))),
    metadata: { ...Object.fromEntries(unknown), ...kept },
  };
}

function repeats(ids: readonly string[]): number {
  return ids.length - new Set(ids).size;
}
