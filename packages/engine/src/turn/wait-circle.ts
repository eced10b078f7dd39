/**
 * Finds turns that would wait for each other through any chain of waits, and never go on. It runs in the unit that
 * begins the wait, since two may begin in the same moment. Pure: each store reads for itself.
 */
import { AppError } from "@reef/protocol/error";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { TurnWait } from "@reef/protocol/turn";
import { oneLine } from "../prompt/defuse.ts";

export interface WaitReads {
  /** Returns the session that must handle the message; null if no one has to wait for it any more. */
  targetOf(id: MessageId): SessionId | null;
  /** Returns what the session's turn waits for; null unless it waits. */
  waitingIn(id: SessionId): { readonly title: string; readonly waits: readonly TurnWait[] } | null;
}

/** Throws `conflict` if a session that is waited for waits for `self`; the field's path is the call's id. */
export function assertNoCircle(self: SessionId, waits: readonly TurnWait[], reads: WaitReads): void {
  for (const wait of waits) {
    const seen = new Set<SessionId>();
    const ahead = targetsOf([wait], reads);
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const waiting = reads.waitingIn(id);
      if (waiting === null) continue;
      const targets = targetsOf(waiting.waits, reads);
      if (targets.includes(self)) {
        const message = `“${oneLine(waiting.title)}” is itself waiting for this session: end this turn, and its answer will arrive`;
        throw new AppError("conflict", message, { fields: [{ path: wait.callId ?? "", message }] });
      }
      ahead.push(...targets);
    }
  }
}

function targetsOf(waits: readonly TurnWait[], reads: WaitReads): SessionId[] {
  return waits.flatMap((wait) => {
    const target = wait.for === "message" ? reads.targetOf(wait.messageId) : null;
    return target === null ? [] : [target];
  });
}
