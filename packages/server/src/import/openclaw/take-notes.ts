/** Saves an agent's notes as memories of its bot; what the bot already knows is not kept twice (ME3). */
import type { Deps } from "@reef/engine/deps";
import { newMemoryToSeed } from "@reef/engine/memory/remember";
import { sameKey } from "@reef/engine/memory/same-key";
import { importMemories } from "@reef/engine/memory/transfer";
import { redactSecrets } from "@reef/engine/redact/secrets";
import type { BotId } from "@reef/protocol/ids";
import type { RunningWork } from "../../gateways/progress-list.ts";
import { type NoteFile, noteToMemories } from "./notes.ts";
import type { Tally } from "./report.ts";

/** `botId` is null in a preview of a bot that does not exist yet. Returns the number of memories. */
export async function takeNotes(
  deps: Deps,
  options: {
    readonly botId: BotId | null;
    readonly agentId: string;
    readonly notes: readonly NoteFile[];
    readonly dryRun: boolean;
    readonly tally: Tally;
    readonly work: RunningWork;
  },
): Promise<number> {
  const { botId, agentId, notes, dryRun, tally, work } = options;
  let total = 0;
  // Two notes may say the same: the second creates no memory, in a preview too.
  const keys = new Set<string>();
  for (const { path, text } of notes) {
    work.signal.throwIfAborted();
    work.at({ current: path });
    const clean = redactSecrets(text);
    tally.redacted(clean.count);
    const memories = noteToMemories({ path, text: clean.value });
    if (memories.length === 0) continue;
    total += memories.length;
    const fresh = memories.filter((memory) => {
      const before = keys.size;
      return keys.add(sameKey(newMemoryToSeed(memory))).size > before;
    });
    if (botId === null || fresh.length === 0) {
      tally.memories(memories.length, fresh.length);
      continue;
    }
    const lines = fresh.map((memory) => JSON.stringify(memory)).join("\n");
    const name = `OpenClaw ${agentId} ${path}`.slice(0, 200);
    const { added, refused } = await importMemories(deps, botId, { format: "jsonl", text: lines, name, dryRun });
    tally.memories(memories.length, added);
    for (const { reason } of refused) tally.tell(path, reason);
  }
  return total;
}
