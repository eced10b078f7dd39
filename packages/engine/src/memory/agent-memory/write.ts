/**
 * Writes a bot's memory as an AgentMemory: rows that came from one are the same again, and what Reef learned itself
 * becomes insights, with Reef's own fields in `metadata`. Lines of conversations are left out, and what still waits for
 * a person's approval (ME5).
 */
import type { Bot } from "@reef/protocol/bot";
import type { Memory } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import { normalise } from "../same-key.ts";
import { type Kept, readKept } from "./kept.ts";
import type { AgentMemoryFile, ContextRow, categories, InsightRow, SessionRow } from "./rows.ts";
import { sessionToSeed } from "./to-seeds.ts";

type Category = (typeof categories)[number];

const categoryOf: Readonly<Record<Exclude<Memory["kind"], "entry">, Category>> = {
  fact: "discovery",
  note: "pattern",
  summary: "discovery",
  document: "discovery",
};

export interface WrittenAgentMemory extends AgentMemoryFile {
  readonly context: ContextRow;
  readonly statistics: Readonly<Record<string, unknown>>;
}

/** Takes the memories that hold now. */
export function memoriesToAgentMemory(bot: Pick<Bot, "id" | "name" | "createdAt">, memories: readonly Memory[]) {
  const sessions: SessionRow[] = [];
  const insights: InsightRow[] = [];
  let context: ContextRow | null = null;
  for (const memory of memories) {
    const waits = memory.trust === "tool" && memory.approvedAt === null;
    if (memory.kind === "entry" || memory.archivedAt !== null || memory.validTo !== null || waits) continue;
    const found = readKept(memory);
    if (found === null) insights.push(toInsight(memory, memory.kind));
    else {
      sessions.push(...(found.sessions ?? []).map((row) => restoreSession(row, memory, found.resultAt)));
      insights.push(...(found.insights ?? []).map((row) => restoreInsight(row, memory)));
      context = found.context ?? context;
    }
  }
  sessions.sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.session_id, b.session_id));
  insights.sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.insight_id, b.insight_id));
  const written = {
    agent_id: bot.name,
    sessions,
    insights,
    context: context ?? newContext(bot, { sessions, insights }),
  };
  return { ...written, statistics: statisticsOf(written) } satisfies WrittenAgentMemory;
}

type KeptSession = NonNullable<Kept["sessions"]>[number];
type KeptInsight = NonNullable<Kept["insights"]>[number];

/** A text that a person corrected stands for the row's words. */
function restoreSession(row: KeptSession, { text }: Memory, resultAt: number | undefined): SessionRow {
  const [task, result] = [row.task ?? text.slice(0, resultAt ?? 0), row.result ?? text.slice(resultAt ?? 0)];
  const whole = { ...row, task, result };
  const isAsWritten = row.task === undefined || normalise(sessionToSeed(whole, "").text) === normalise(text);
  return orderSession(isAsWritten ? whole : { ...whole, result: text });
}

function restoreInsight(row: KeptInsight, { text }: Memory): InsightRow {
  const isAsWritten =
    row.content !== undefined && (normalise(row.content) === normalise(text) || row.content.trim() === "");
  return orderInsight({ ...row, content: isAsWritten && row.content !== undefined ? row.content : text });
}

function toInsight(memory: Memory, kind: Exclude<Memory["kind"], "entry">): InsightRow {
  const { id, text, trust, importance, occurredAt, createdAt } = memory;
  return {
    insight_id: idOf("insight", createdAt, id),
    timestamp: toTimestamp(occurredAt ?? createdAt),
    content: text,
    category: categoryOf[kind],
    confidence: importance,
    source_session: null,
    metadata: { reef: { id, kind, trust } },
  };
}

function newContext(
  bot: Pick<Bot, "id" | "name" | "createdAt">,
  { sessions, insights }: Pick<AgentMemoryFile, "sessions" | "insights">,
): ContextRow {
  const contents = (category: Category) => [
    ...new Set(insights.filter((row) => row.category === category).map((row) => row.content)),
  ];
  const successes = sessions.filter(({ success }) => success).length;
  const createdAt = toTimestamp(bot.createdAt);
  return {
    context_id: idOf("context", bot.createdAt, bot.id),
    agent_id: bot.name,
    created_at: createdAt,
    updated_at: [createdAt, ...sessions.map((row) => row.timestamp), ...insights.map((row) => row.timestamp)]
      .toSorted()
      .at(-1) as string,
    patterns: contents("pattern"),
    gotchas: contents("gotcha"),
    discoveries: contents("discovery"),
    preferences: {},
    statistics: {
      total_sessions: sessions.length,
      successful_sessions: successes,
      failed_sessions: sessions.length - successes,
      total_insights: insights.length,
    },
  };
}

/** The numbers that `export_memory` of the original has; `memory_path` is a folder's, and there is none. */
function statisticsOf({ agent_id, sessions, insights, context }: AgentMemoryFile): WrittenAgentMemory["statistics"] {
  const successes = sessions.filter(({ success }) => success).length;
  const seconds = sessions.reduce((sum, row) => sum + (row.duration_seconds ?? 0), 0);
  const count = (category: Category) => insights.filter((row) => row.category === category).length;
  return {
    agent_id,
    total_sessions: sessions.length,
    successful_sessions: successes,
    failed_sessions: sessions.length - successes,
    success_rate: sessions.length === 0 ? 0 : successes / sessions.length,
    total_duration_seconds: seconds,
    avg_duration_seconds: sessions.length === 0 ? 0 : seconds / sessions.length,
    total_insights: insights.length,
    insights_by_category: {
      pattern: count("pattern"),
      gotcha: count("gotcha"),
      discovery: count("discovery"),
      optimization: count("optimization"),
    },
    context_size: {
      patterns: context?.patterns.length ?? 0,
      gotchas: context?.gotchas.length ?? 0,
      discoveries: context?.discoveries.length ?? 0,
    },
  };
}

function orderSession(row: SessionRow): SessionRow {
  const { session_id, timestamp, task, result, metadata, success, duration_seconds } = row;
  return { session_id, timestamp, task, result, metadata, success, duration_seconds };
}

function orderInsight(row: InsightRow): InsightRow {
  const { insight_id, timestamp, content, category, confidence, source_session, metadata } = row;
  return { insight_id, timestamp, content, category, confidence, source_session, metadata };
}

/** `insight_20260118_072634_099000_e4f37823`: a name, the time, and the end of Reef's own id. */
function idOf(prefix: string, at: IsoTime, id: string): string {
  const [day, time] = at.split("T");
  const digits = (text: string | undefined) => (text ?? "").replace(/\D/g, "");
  const ms = digits(time).padEnd(9, "0");
  return `${prefix}_${digits(day)}_${ms.slice(0, 6)}_${ms.slice(6)}000_${id.slice(-8)}`;
}

function toTimestamp(at: IsoTime): string {
  return at.replace(/(?:\.(\d{1,3}))?Z$/, (_all, part: string | undefined) => `.${(part ?? "").padEnd(6, "0")}+00:00`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
