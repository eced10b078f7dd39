/**
 * Imports bots, sessions and entries of another program under ids that follow from their names there, so that a second
 * import finds what exists and adds only what is missing.
 */
import type { RuntimeName } from "@reef/protocol/bot";
import type { GatewayEntry } from "@reef/protocol/gateway";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Sender } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { toEntrySeed } from "../gateway/entry-seed.ts";
import type { Op } from "../port/unit.ts";
import { redactSecrets } from "../redact/secrets.ts";
import { newBotFields } from "../registry/new-bot.ts";

const entriesPerUnit = 200;
const pageSize = 1000;

/** Never overwrites an existing bot, even one edited since the import. */
export async function takeInBot(
  deps: Deps,
  bot: { readonly id: BotId; readonly name: string; readonly instructions: string; readonly runtime: RuntimeName },
): Promise<void> {
  if ((await deps.store.read.bot(bot.id)) !== null) return;
  const instructions = redactSecrets(bot.instructions).value;
  await commitOps(deps, { op: "bot.create", bot: { ...newBotFields, ...bot, instructions, tags: ["openclaw"] } });
}

export async function takeInSession(
  deps: Deps,
  session: { readonly id: SessionId; readonly botId: BotId; readonly title: string; readonly isArchived: boolean },
): Promise<void> {
  const { isArchived, ...seed } = session;
  if ((await deps.store.read.session(seed.id)) !== null) return;
  const rest = { parentId: null, taskMessageId: null };
  const archivedAt = msToIso(deps.clock.now());
  await commitOps(
    deps,
    { op: "session.create", session: { ...seed, ...rest } },
    ...(isArchived ? ([{ op: "session.change", id: seed.id, fields: { archivedAt } }] satisfies Op[]) : []),
  );
}

/** Returns the ids of its entries that were made elsewhere; none if the session does not exist. */
export async function externalIdsOf(deps: Deps, sessionId: SessionId): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let after = 0; ; ) {
    const entries = await deps.store.read.entries(sessionId, { after, limit: pageSize });
    for (const { externalId } of entries) if (externalId !== undefined) ids.add(externalId);
    const last = entries.at(-1);
    if (last === undefined || entries.length < pageSize) return ids;
    after = last.seq;
  }
}

/** Appends the entries in order, marked as read and captured, each once. Returns how many secrets were blacked out. */
export async function takeInEntries(
  deps: Deps,
  sessionId: SessionId,
  { entries, signal }: { readonly entries: readonly GatewayEntry[]; readonly signal: AbortSignal },
): Promise<number> {
  let redacted = 0;
  for (let from = 0; from < entries.length; from += entriesPerUnit) {
    signal.throwIfAborted();
    const taken = entries
      .slice(from, from + entriesPerUnit)
      .map((entry) => toEntrySeed(entry, { sessionId, sender: senderOf(entry) }));
    redacted += taken.reduce((sum, each) => sum + each.redacted, 0);
    await commitOps(
      deps,
      ...taken.map(({ seed }): Op => ({ op: "entry.append", entry: seed })),
      { op: "session.read", id: sessionId, seq: Number.MAX_SAFE_INTEGER },
      { op: "memory.capture", sessionId },
    );
  }
  return redacted;
}

function senderOf({ kind, fromKey }: GatewayEntry): Sender | null {
  if (kind === "person") return { kind: "person" };
  return kind === "session" ? { kind: "system", reason: `OpenClaw session ${fromKey ?? "unknown"}` } : null;
}
