/** Notes of an agent become memories of its bot; what the bot knows already is not kept twice (ME3). */
import type { Deps } from "@reef/engine/deps";
import { importMemories } from "@reef/engine/memory/transfer";
import { redactSecrets } from "@reef/engine/redact/secrets";
import type { BotId } from "@reef/protocol/ids";
import { type NoteFile, noteToMemories } from "./notes.ts";
import type { Tally } from "./report.ts";

/** `botId` null in a preview of a bot that is not here yet. Gives how many memories there are. */
export async function takeNotes(
  deps: Deps,
  options: {
    readonly botId: BotId | null;
    readonly agentId: string;
    readonly notes: readonly NoteFile[];
    readonly dryRun: boolean;
    readonly tally: Tally;
  },
): Promise<number> {
  const { botId, agentId, notes, dryRun, tally } = options;
  let total = 0;
  for (const { path, text } of notes) {
    const clean = redactSecrets(text);
    tally.redacted(clean.count);
    const memories = noteToMemories({ path, text: clean.value });
    if (memories.length === 0) continue;
    total += memories.length;
    if (botId === null) {
      tally.memories(memories.length, memories.length);
      continue;
    }
    const lines = memories.map((memory) => JSON.stringify(memory)).join("\n");
    const name = `OpenClaw ${agentId} ${path}`.slice(0, 200);
    const { added, refused } = await importMemories(deps, botId, { format: "jsonl", text: lines, name, dryRun });
    tally.memories(memories.length, added);
    for (const { reason } of refused) tally.tell(path, reason);
  }
  return total;
}
