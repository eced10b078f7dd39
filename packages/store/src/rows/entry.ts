/** Entries: row ↔ noun. */
import type { EntrySeed } from "@reef/engine/port/unit";
import type { Entry } from "@reef/protocol/entry";
import type { IsoTime } from "@reef/protocol/time";
import type { EntryRow } from "../tables.ts";
import { attachmentsToText, textToAttachments } from "./file.ts";

export function entryRowToNoun(row: EntryRow): Entry {
  return {
    id: row.id,
    sessionId: row.session_id,
    seq: row.seq,
    kind: row.kind,
    text: row.text,
    messageId: row.message_id,
    turnId: row.turn_id,
    from: row.sender === null ? null : JSON.parse(row.sender),
    tool: row.tool === null ? null : JSON.parse(row.tool),
    notice: row.notice === null ? null : JSON.parse(row.notice),
    partial: row.partial === 1,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    ...textToAttachments(row.attachments),
    at: row.at,
  };
}

export function entrySeedToRow(seed: EntrySeed, { seq, at }: { seq: number; at: IsoTime }): EntryRow {
  const { from = null, tool = null, notice = null } = seed;
  return {
    id: seed.id,
    session_id: seed.sessionId,
    seq,
    kind: seed.kind,
    text: seed.text,
    message_id: seed.messageId ?? null,
    turn_id: seed.turnId ?? null,
    sender: from === null ? null : JSON.stringify(from),
    tool: tool === null ? null : JSON.stringify(tool),
    notice: notice === null ? null : JSON.stringify(notice),
    through_seq: notice?.type === "compaction" ? notice.throughSeq : null,
    partial: seed.partial ? 1 : 0,
    external_id: seed.externalId ?? null,
    attachments: attachmentsToText(seed.attachments),
    at,
  };
}

/** Counts as unread: what a bot or another session wrote, and a failure. */
export function isNews({ kind, notice }: Pick<EntryRow, "kind" | "notice">): boolean {
  if (kind === "bot" || kind === "session") return true;
  return kind === "notice" && notice !== null && notice.startsWith('{"type":"failed"');
}
