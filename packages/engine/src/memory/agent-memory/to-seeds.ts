/**
 * Turns the rows of an AgentMemory into memories. Rows that say the same are one memory (ME3), which keeps them all, so
 * that an export has every row again. Times without a zone are UTC, as the original writes them.
 */
import { type IsoTime, msToIso } from "@reef/protocol/time";
import { makeId } from "../../ids.ts";
import type { MemorySeed } from "../../port/memory-seed.ts";
import { newMemoryFields } from "../new-memory.ts";
import { sameKey } from "../same-key.ts";
import { type Kept, maxKept, mergeKept, readKept } from "./kept.ts";
import type { ReadAgentMemory } from "./read.ts";
import type { ContextRow, InsightRow, SessionRow } from "./rows.ts";

const maxText = 100_000;

export interface Seeds {
  readonly seeds: readonly MemorySeed[];
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

export function agentMemoryToSeeds(file: ReadAgentMemory, name: string): Seeds {
  const refused: { line: number; reason: string }[] = [];
  const byKey = new Map<string, MemorySeed>();
  const add = (line: number, seed: MemorySeed): void => {
    if (seed.text.length > maxText) return void refused.push({ line, reason: "it is longer than 100,000 characters" });
    const key = sameKey(seed);
    const known = byKey.get(key);
    const kept = mergeKept((known && readKept(known)) ?? {}, readKept(seed) ?? {});
    if (JSON.stringify(kept).length > maxKept) {
      refused.push({ line, reason: "its metadata is longer than 15,000 characters as JSON" });
    } else {
      byKey.set(key, { ...(known ?? seed), metadata: { agentMemory: kept } });
    }
  };
  for (const [at, row] of file.sessions.entries()) add(at + 1, sessionToSeed(row, name));
  for (const [at, row] of file.insights.entries()) add(file.sessions.length + at + 1, insightToSeed(row, name));
  return { seeds: [...byKey.values()], refused };
}

export function sessionToSeed(row: SessionRow, name: string): MemorySeed {
  const head = row.success ? row.task : `${row.task} (failed)`;
  const text = [head, row.result].filter((part) => part.trim() !== "").join("\n") || "(a task without words)";
  const whole: Kept = { sessions: [row] };
  if (JSON.stringify(whole).length <= maxKept) return seedOf({ row, text, kept: whole, kind: "note" }, name);
  const { task: _task, result: _result, ...rest } = row;
  const kept: Kept = { sessions: [rest], resultAt: row.task.length };
  return seedOf({ row, text: row.task + row.result, kept, kind: "note" }, name);
}

function insightToSeed(row: InsightRow, name: string): MemorySeed {
  const text = row.content.trim() === "" ? "(an insight without words)" : row.content;
  const whole: Kept = { insights: [row] };
  const { content: _content, ...rest } = row;
  const kept: Kept = JSON.stringify(whole).length <= maxKept ? whole : { insights: [rest] };
  const seed = seedOf({ row, text, kept, kind: "fact" }, name);
  return { ...seed, importance: Math.min(1, Math.max(0, row.confidence)) };
}

export function contextToSeed(context: ContextRow, name: string): MemorySeed {
  const { patterns, gotchas, discoveries, preferences } = context;
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `- ${item}`)];
  const lines = [
    `What the agent ${context.agent_id} has learned`,
    ...list("Patterns", patterns),
    ...list("Gotchas", gotchas),
    ...list("Discoveries", discoveries),
    ...list(
      "Preferences",
      Object.entries(preferences).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    ),
  ];
  const kept: Kept = { context };
  const isShort = JSON.stringify(kept).length <= maxKept;
  const row = { timestamp: context.updated_at };
  return seedOf(
    { row, text: isShort ? lines.join("\n") : JSON.stringify(context), kept: isShort ? kept : {}, kind: "document" },
    name,
  );
}

interface Parts {
  readonly row: { readonly timestamp: string };
  readonly text: string;
  readonly kept: Kept;
  readonly kind: MemorySeed["kind"];
}

function seedOf({ row, text, kept, kind }: Parts, name: string): MemorySeed {
  return {
    ...newMemoryFields,
    id: makeId("memory"),
    kind,
    text,
    trust: "import",
    source: { kind: "import", name },
    occurredAt: timeOf(row.timestamp),
    metadata: { agentMemory: kept },
  };
}

function timeOf(timestamp: string): IsoTime | null {
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(timestamp);
  const ms = Date.parse(isZoned || !timestamp.includes("T") ? timestamp : `${timestamp}Z`);
  return Number.isNaN(ms) ? null : msToIso(ms);
}
