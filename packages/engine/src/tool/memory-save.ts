/**
 * Saves something beyond this session. The engine decides whose word it is (ME5); what is known already is not saved
 * twice (ME3).
 */
import type { Memory } from "@reef/protocol/memory";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { sharedWith } from "../memory/born-of.ts";
import { newMemoryFields } from "../memory/new-memory.ts";
import { sameKey } from "../memory/same-key.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import { refuseIncognito, trustOfSaved } from "./saved-trust.ts";
import { defineTool, sourceOfCall, type ToolRun } from "./tool.ts";

const dayMs = 86_400_000;
/** From this share on, the text is a recalled memory in its own words. */
const recalledShare = 0.8;

export const memorySave = defineTool({
  name: "memory_save",
  description:
    "Remembers something beyond this session: a fact about the person or the work, a decision, a preference. One thing in one plain sentence that makes sense without this conversation.",
  input: z.strictObject({
    text: z.string().trim().min(1).max(4_000),
    kind: z.enum(["fact", "note"]).default("fact"),
    importance: z.number().min(0).max(1).default(0.5),
    expiresInDays: z.number().positive().max(3_650).optional().describe("For what stops mattering after some days."),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: true,
  async run(run, { text, kind, importance, expiresInDays }) {
    const refusal = refuseIncognito(run);
    if (refusal !== null) return refusal;
    const { deps, bot } = run;
    const seed: MemorySeed = {
      ...newMemoryFields,
      id: makeId("memory"),
      kind,
      text,
      source: sourceOfCall(run),
      trust: await trustOfSaved(run, text),
      importance,
      occurredAt: msToIso(deps.clock.now()),
      expiresAt: expiresInDays === undefined ? null : msToIso(deps.clock.now() + expiresInDays * dayMs),
    };
    const known = (await deps.store.read.memoryByKey(bot.id, sameKey(seed))) ?? (await findRecalled(run, text));
    if (known !== null) return { type: "result", text: `already known as ${known.id}` };
    const held =
      seed.trust === "tool"
        ? "; it came from a tool, so a person has to approve it before it is recalled"
        : seed.trust === "session"
          ? "; it came from another session, so it is recalled automatically only where that session's bot writes to you"
          : "";
    return {
      type: "result",
      text: `remembered as ${seed.id}${held}`,
      ops: [{ op: "memory.save", botId: bot.id, memories: [seed] }],
    };
  },
});

/** Returns the memory this turn was given that says the same (ME3). */
async function findRecalled({ deps, turn }: ToolRun, text: string): Promise<Memory | null> {
  const recalled = turn.id === null ? [] : ((await deps.store.read.turn(turn.id))?.recalled ?? []);
  for (const { memoryId } of recalled) {
    const memory = await deps.store.read.memory(memoryId);
    if (memory !== null && memory.supersededBy === null && sharedWith(text, [memory.text]) >= recalledShare)
      return memory;
  }
  return null;
}
