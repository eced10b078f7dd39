/** Sums up, in one notification, what came in quiet hours and is still open when they end. */
import type { AskId, SessionId } from "@reef/protocol/ids";
import { shownStatus } from "../../ui/shown-status.ts";
import type { Seen } from "./new-notices.ts";
import type { NoticeKind } from "./notice-settings.ts";

export interface HeldSummary {
  readonly words: string;
  /** A click opens the session that needs a person most. */
  readonly sessionId: SessionId;
}

const order: readonly NoticeKind[] = ["needs", "failed", "done"];
const countWords: Readonly<Record<NoticeKind, (count: number) => string>> = {
  needs: (count) => `${count} ${count === 1 ? "session needs" : "sessions need"} you`,
  failed: (count) => `${count} failed`,
  done: (count) => `${count} done`,
};

/** `keys` are those of the notices that were held back. Returns null when none of it is open any more. */
export function summariseHeld(keys: Iterable<string>, now: Seen): HeldSummary | null {
  const standing = new Map<NoticeKind, Set<SessionId>>();
  for (const key of keys) {
    const found = standingOf(key, now);
    if (found === null) continue;
    const ids = standing.get(found.kind) ?? new Set();
    standing.set(found.kind, ids.add(found.sessionId));
  }
  const kinds = order.filter((kind) => standing.has(kind));
  const [first] = kinds.flatMap((kind) => [...(standing.get(kind) ?? [])]);
  if (first === undefined) return null;
  return { words: kinds.map((kind) => countWords[kind](standing.get(kind)?.size ?? 0)).join(" · "), sessionId: first };
}

function standingOf(
  key: string,
  { asks, sessions }: Seen,
): { readonly kind: NoticeKind; readonly sessionId: SessionId } | null {
  const ask = asks.get(key as AskId);
  if (ask !== undefined) return ask.state === "open" ? { kind: "needs", sessionId: ask.sessionId } : null;
  const [kind, id] = key.split(" ");
  const session = sessions.get(id as SessionId);
  if (session === undefined || session.muted || session.archivedAt !== null) return null;
  if (kind === "failed" && session.status === "failed") return { kind, sessionId: session.id };
  if (kind === "done" && shownStatus(session) === "done_unseen") return { kind, sessionId: session.id };
  return null;
}
