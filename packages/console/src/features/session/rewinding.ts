/**
 * Edits a message or asks for an answer again (TU10): where that can be done, what it replaces, and the call itself. It is
 * repeated under one key until its outcome is known, as a send is.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import type { RewindRequest } from "@reef/protocol/request";
import type { Session } from "@reef/protocol/session";
import { applyEvents } from "../../data/apply-events.ts";
import type { EntryWindow, SessionIndex } from "../../data/cache.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";

type Reads = Pick<Reef, "queryClient">;

export function sessionOf({ queryClient }: Reads, id: SessionId): Session | undefined {
  return queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(id);
}

export function entriesOf({ queryClient }: Reads, id: SessionId): readonly Entry[] {
  return queryClient.getQueryData<EntryWindow>(queryKeys.entries(id))?.items ?? [];
}

/** For an OpenClaw agent, another program keeps the conversation. */
export function canRewind(reads: Reads, id: SessionId): boolean {
  const session = sessionOf(reads, id);
  const bot = session && reads.queryClient.getQueryData<ReadonlyMap<string, Bot>>(queryKeys.bots)?.get(session.botId);
  return session?.mirrors === null && bot !== undefined && bot.runtime !== "openclaw";
}

export function isOwnMessage({ kind, from, replacedBy }: Entry): boolean {
  return kind === "person" && from?.kind !== "schedule" && replacedBy === undefined;
}

/** Returns the message whose answer is the last one of the conversation; null if no person wrote it. */
export function lastOwnMessage(entries: readonly Entry[]): Entry | null {
  const last = entries.findLast(
    ({ kind, replacedBy }) => replacedBy === undefined && (kind === "person" || kind === "session"),
  );
  return last !== undefined && isOwnMessage(last) ? last : null;
}

export interface Replaces {
  readonly count: number;
  /** Names of its tools; what they did stays done. */
  readonly tools: readonly string[];
}

export function whatItReplaces(entries: readonly Entry[], { seq }: Entry): Replaces {
  const after = entries.filter((entry) => entry.seq >= seq && entry.replacedBy === undefined);
  const names = after.flatMap(({ kind, tool }) => (kind === "tool_call" && tool ? [tool.name] : []));
  return { count: after.length, tools: [...new Set(names)] };
}

export async function rewind(reef: Reef, id: SessionId, request: RewindRequest, idempotencyKey: string): Promise<void> {
  const message = await reef.client.rewindSession(id, request, { idempotencyKey });
  applyEvents(reef.queryClient, [{ type: "message.changed", seq: 0, at: message.receipts.acceptedAt, message }]);
}
