/**
 * Corrects a memory: the old text stays and ends where the new one begins (ME4). A weaker word replaces no stronger one
 * (ME5).
 */
import { MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { higherTrust } from "../memory/trust.ts";
import { refuseIncognito, trustOfSaved } from "./saved-trust.ts";
import { defineTool, errorResult, sourceOfCall, type ToolRun } from "./tool.ts";

export const memoryUpdate = defineTool({
  name: "memory_update",
  description: "Replaces a memory that is no longer true. The old one is kept as history.",
  input: z.strictObject({
    id: z.string().min(1).describe("The memory's id, as memory_search gave it."),
    text: z.string().trim().min(1).max(4_000),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: true,
  async run(run, { id, text }) {
    const refusal = refuseIncognito(run);
    if (refusal !== null) return refusal;
    const old = await findOwn(run, id);
    if (typeof old === "string") return errorResult(old);
    const trust = await trustOfSaved(run, text);
    const isWeaker = (trust === "tool" || trust === "session") && higherTrust(trust, old.trust) !== trust;
    if (isWeaker)
      return errorResult("this text came from others and may not replace that memory: save it as a new one");
    const { bot } = run;
    const by = {
      id: makeId("memory"),
      kind: old.kind === "entry" ? ("note" as const) : old.kind,
      text,
      source: sourceOfCall(run),
      trust,
      importance: old.importance,
      pinned: false,
      speaker: old.speaker,
      conversation: null,
      seq: null,
      occurredAt: run.startedAt,
      expiresAt: old.expiresAt,
      metadata: old.metadata,
    };
    return {
      type: "result",
      text: `replaced ${old.id} by ${by.id}`,
      ops: [{ op: "memory.supersede", botId: bot.id, id: old.id, by }],
    };
  },
});

/** Returns the bot's own memory, which it may change, or the reason why not. */
export async function findOwn({ deps, bot }: ToolRun, text: string): Promise<Memory | string> {
  const id = MemoryId.safeParse(text);
  const memory = id.success ? await deps.store.read.memory(id.data) : null;
  // Another bot's memory may be read by a grant, never written (ME1).
  if (memory === null || memory.botId !== bot.id) return `you have no memory ${text}`;
  if (memory.archivedAt !== null) return `${text} is forgotten`;
  if (memory.supersededBy !== null) return `${text} was replaced by ${memory.supersededBy}`;
  return memory.pinned ? `${text} is pinned: only a person changes it` : memory;
}
