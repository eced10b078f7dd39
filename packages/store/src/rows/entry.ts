/** Converts entries: row ↔ noun. */
import type { EntrySeed } from "@reef/engine/port/unit";
import type { Entry } from "@reef/protocol/entry";
import type { IsoTime } from "@reef/protocol/time";
import type { EntryRow, WholeEntryRow } from "../tables.ts";
import { attachmentsToText, textToAttachments } from "./file.ts";

/** An entry as it is read later: with the number of the notice that replaced it, if any did (TU10). */
export interface ReadEntryRow extends EntryRow {
  readonly replaced_by: number | null;
}

export function readEntryRowToNoun(row: ReadEntryRow): Entry {
  const entry = entryRowToNoun(row);
  return row.replaced_by === null ? entry : { ...entry, replacedBy: row.replaced_by };
}

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
    ...(row.reasoning === null ? {} : { reasoning: row.reasoning }),
    ...textToAttachments(row.attachments),
    at: row.at,
  };
}

/** For a window alone: opaque data goes to the turn's runtime and nowhere else (PR1). */
export function wholeEntryRowToNoun(row: WholeEntryRow): Entry {
  const entry = entryRowToNoun(row);
  return row.opaque === null ? entry : { ...entry, opaque: JSON.parse(row.opaque) };
}

export function entrySeedToRow(seed: EntrySeed, { seq, at }: { seq: number; at: IsoTime }): WholeEntryRow {
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
    rewound_to: notice?.type === "rewound" ? notice.toSeq : null,
    partial: seed.partial ? 1 : 0,
    external_id: seed.externalId ?? null,
    reasoning: seed.reasoning ?? null,
    opaque: seed.opaque === undefined ? null : JSON.stringify(seed.opaque),
    attachments: attachmentsToText(seed.attachments),
    at,
  };
}

/** True for what counts as unread: text of a bot or another session, and a failure. Reasoning alone does not count. */
export function isNews({ kind, notice, text }: Pick<EntryRow, "kind" | "notice" | "text">): boolean {
  if (kind === "bot" || kind === "session") return text !== "";
  return kind === "notice" && notice !== null && notice.startsWith('{"type":"failed"');
}
