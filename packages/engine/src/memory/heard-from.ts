/**
 * ME5: finds whose words a memory of the trust `session` holds. Another session's words are recalled automatically only
 * where its bot speaks: what it had this bot keep cannot speak to anyone else.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Sender } from "@reef/protocol/message";
import type { Deps } from "../deps.ts";

/** How many lines of a memory's sources are examined. */
const mostSources = 20;

/** Returns false also if the speaker is no longer known. */
export async function isHeardFrom(deps: Deps, memory: Memory, botId: BotId): Promise<boolean> {
  for (const from of await sendersOf(deps, memory)) if (from.kind === "session" && from.botId === botId) return true;
  return false;
}

/** Returns who had the bot keep it, each once; empty if that is no longer known. */
export async function readSenders(deps: Deps, memory: Memory): Promise<readonly Sender[]> {
  const byWhom = new Map<string, Sender>();
  for (const from of await sendersOf(deps, memory)) byWhom.set(JSON.stringify(from), from);
  return [...byWhom.values()];
}

async function sendersOf(deps: Deps, { source }: Memory, isWhole = true): Promise<readonly Sender[]> {
  const { read } = deps.store;
  switch (source.kind) {
    case "entry": {
      const entry = await read.entry(source.entryId);
      if (entry === null || entry.kind === "session") return entry?.from == null ? [] : [entry.from];
      // The bot's own line, which repeats what it had heard in its turn.
      return entry.turnId === null ? [] : sendersOfTurn(deps, entry.turnId);
    }
    case "turn":
      return sendersOfTurn(deps, source.turnId);
    case "memories": {
      if (!isWhole) return [];
      const senders: Sender[] = [];
      for (const id of source.ids.slice(0, mostSources)) {
        const memory = await read.memory(id);
        if (memory !== null) senders.push(...(await sendersOf(deps, memory, false)));
      }
      return senders;
    }
    default:
      return [];
  }
}

async function sendersOfTurn(
  { store }: Deps,
  turnId: Extract<Memory["source"], { kind: "turn" }>["turnId"],
): Promise<readonly Sender[]> {
  const turn = await store.read.turn(turnId);
  const messages = await Promise.all((turn?.messageIds ?? []).map((id) => store.read.message(id)));
  return messages.flatMap((message) => (message === null ? [] : [message.from]));
}
