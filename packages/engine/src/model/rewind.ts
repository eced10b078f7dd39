/** TU10 in the in-memory store: derives what was replaced at every read, from the notices alone. */
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Rewind } from "../port/unit.ts";
import { requireRewind } from "../session/rewind-refusal.ts";
import { appendEntry } from "./entries.ts";
import { capture, forgetLinesAfter } from "./memories.ts";
import { change, type ModelState, type ModelWork, openTurn, queuedOf, withoutOpaque } from "./state.ts";

/** Returns the number of the notice that replaced the entry. */
export function replacedBy(entries: readonly Entry[], { seq }: Pick<Entry, "seq">): number | undefined {
  return entries.find((entry) => entry.seq > seq && entry.notice?.type === "rewound" && entry.notice.toSeq < seq)?.seq;
}

export function toReadEntry(entries: readonly Entry[], entry: Entry): Entry {
  const by = replacedBy(entries, entry);
  return by === undefined ? withoutOpaque(entry) : { ...withoutOpaque(entry), replacedBy: by };
}

/** Returns what still counts, without the notices that say what does not. */
export function currentEntries(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => entry.notice?.type !== "rewound" && replacedBy(entries, entry) === undefined);
}

export function rewindSession(work: ModelWork, id: SessionId, { toSeq, lastSeq, notice }: Rewind): void {
  const { state, at } = work;
  const entries = state.entries.get(id) ?? [];
  const isCurrent = entries.some((entry) => entry.seq === toSeq && replacedBy(entries, entry) === undefined);
  const hasOpenTurn = openTurn(state, id) !== undefined;
  const place = { hasOpenTurn, queued: queuedOf(state, id).length, lastSeq: entries.length, isCurrent };
  requireRewind(place, { toSeq, lastSeq });
  capture(work, id);
  for (const { messageId, seq } of entries) {
    const message = messageId === null || seq <= toSeq ? undefined : state.messages.get(messageId);
    if (message?.state === "dead" && message.dismissedAt === null)
      change(state.messages, message.id, { dismissedAt: at });
  }
  forgetLinesAfter(work, id, toSeq);
  appendEntry(work, { ...notice, sessionId: id, kind: "notice", notice: { type: "rewound", toSeq } });
}

export function assertNotReplaced(state: ModelState, messageId: string): void {
  for (const entries of state.entries.values()) {
    const entry = entries.find((entry) => entry.messageId === messageId);
    if (entry !== undefined && replacedBy(entries, entry) !== undefined)
      throw new AppError("conflict", "the message was replaced");
  }
}
