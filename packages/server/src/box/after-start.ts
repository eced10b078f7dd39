/**
 * Settles what a stop of Reef left behind: bots learn which of their commands in the background ended with it, and
 * workspaces of bots that were deleted are deleted. Only a bot whose deletion is on record counts as deleted, since a
 * database that was replaced would otherwise take every workspace with it.
 */
import type { BoxSource, CommandNote } from "@reef/box/box-source";
import type { Log } from "@reef/engine/deps";
import { idOfName } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { AppError } from "@reef/protocol/error";
import { BotId, SessionId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";

export interface AfterStartParts {
  readonly source: Pick<BoxSource, "tellLost" | "botsWithWorkspace" | "forgetBot">;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Contract: never rejects. */
export async function afterStart({ source, store, clock, log }: AfterStartParts): Promise<void> {
  try {
    await source.tellLost((note) => tellLoss({ store, clock }, note));
  } catch (error) {
    log.warn({ error }, "a bot could not be told which of its commands a restart ended");
  }
  try {
    await forgetDeletedBots({ source, store });
  } catch (error) {
    log.warn({ error }, "workspaces of deleted bots could not be deleted");
  }
}

async function tellLoss({ store, clock }: Pick<AfterStartParts, "store" | "clock">, note: CommandNote): Promise<void> {
  const session = SessionId.safeParse(note.sessionId);
  if (!session.success || (await store.read.session(session.data)) === null) return;
  const command = note.command.replace(/\s+/g, " ").slice(0, 200);
  const text = `Reef restarted, and a command in the background ended with it: ${note.id} (${command}). It was not run again; what it printed can be read with command_output.`;
  // The same command gives the same entry, so that a crash in between says it once.
  const id = idOfName("entry", `lost:${note.id}`, isoToMs(note.startedAt as never));
  try {
    const entry = {
      id,
      sessionId: session.data,
      kind: "notice" as const,
      text,
      turnId: null,
      notice: { type: "runtime" as const },
    };
    await store.commit({ at: msToIso(clock.now()), ops: [{ op: "entry.append", entry }] });
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return;
    throw error;
  }
}

const pageOfEvents = 1_000;

async function forgetDeletedBots({ source, store }: Pick<AfterStartParts, "source" | "store">): Promise<void> {
  const orphans = new Set<string>();
  for (const id of await source.botsWithWorkspace()) {
    if ((await store.read.bot(BotId.parse(id))) === null) orphans.add(id);
  }
  for (let after = 0; orphans.size > 0; ) {
    const events = await store.read.events(after, pageOfEvents);
    for (const event of events) {
      if (event.type !== "bot.deleted" || !orphans.delete(event.botId)) continue;
      await source.forgetBot(event.botId);
    }
    if (events.length < pageOfEvents) return;
    after = events.at(-1)?.seq ?? after;
  }
}
