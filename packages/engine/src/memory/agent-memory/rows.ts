/**
 * The rows of an AgentMemory: what BlackBox5 keeps of one agent in `sessions.json`, `insights.json` and `context.json`.
 * Its loader refuses a whole file for one unknown key, so these are its keys exactly, in its order.
 */
import { z } from "zod";

const Json = z.record(z.string(), z.json());

/** One finished task; the original calls it a session. */
export const SessionRow = z.object({
  session_id: z.string().min(1),
  timestamp: z.string(),
  task: z.string(),
  result: z.string(),
  metadata: Json.default({}),
  success: z.boolean().default(true),
  duration_seconds: z.number().nullable().default(null),
});
export type SessionRow = z.infer<typeof SessionRow>;

export const categories = ["pattern", "gotcha", "discovery", "optimization"] as const;

export const InsightRow = z.object({
  insight_id: z.string().min(1),
  timestamp: z.string(),
  content: z.string(),
  /** One of `categories` when the original writes it; it loads any. */
  category: z.string(),
  /** 0 to 1. */
  confidence: z.number().default(1),
  source_session: z.string().nullable().default(null),
  metadata: Json.default({}),
});
export type InsightRow = z.infer<typeof InsightRow>;

export const ContextRow = z.object({
  context_id: z.string(),
  agent_id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  patterns: z.array(z.string()).default([]),
  gotchas: z.array(z.string()).default([]),
  discoveries: z.array(z.string()).default([]),
  preferences: Json.default({}),
  statistics: Json.default({}),
});
export type ContextRow = z.infer<typeof ContextRow>;

/** As the original's `export_memory` returns it; its `statistics` can be computed. */
export interface AgentMemoryFile {
  readonly agent_id: string;
  readonly sessions: readonly SessionRow[];
  readonly insights: readonly InsightRow[];
  readonly context: ContextRow | null;
}
