/** Transcripts: dense numbers within a session, and the entry by which a message enters one (MB5, MB9). */
import { makeId } from "@reef/engine/ids";
import { messageToEntry } from "@reef/engine/mailbox/message-entry";
import type { EntrySeed } from "@reef/engine/port/unit";
import { previewText } from "@reef/engine/session/preview";
import type { Sender } from "@reef/protocol/message";
import { entryRowToNoun, entrySeedToRow, isNews } from "../rows/entry.ts";
import { textToAttachments } from "../rows/file.ts";
import type { EntryRow, MessageRow, SessionRow, TurnRow, WholeEntryRow } from "../tables.ts";
import { nameFiles } from "./files.ts";
import * as mailStatements from "./mail-statements.ts";
import { getSession, type Work } from "./work.ts";

export function appendEntry(work: Work, seed: EntrySeed): void {
  const session = getSession(work, seed.sessionId);
  const { externalId } = seed;
  if (externalId !== undefined) {
    const key = { session_id: session.id, external_id: externalId };
    if (work.connection.get(mailStatements.entryByExternalId, key) !== undefined) return;
  }
  nameFiles(work, session.id, seed.attachments);
  insertEntry(work, session, entrySeedToRow(seed, { seq: session.last_seq + 1, at: seed.at ?? work.at }));
}

function insertEntry(work: Work, session: SessionRow, row: WholeEntryRow): void {
  work.connection.run(mailStatements.insertEntry, row);
  session.last_seq = row.seq;
  const preview = previewOf(row);
  if (preview !== "") session.last_text = preview;
  // Taken over from elsewhere it may be older than what is here.
  if (row.at > session.last_at || session.last_seq === 1) session.last_at = row.at;
  if (isNews(row)) session.unread += 1;
  work.changedSessions.add(session);
  work.events.push({ type: "entry.created", entry: entryRowToNoun(row) });
}

/** Puts a message into the transcript of the turn that takes it; a retried one stands there already. */
export function appendMessageEntry(
  work: Work,
  session: SessionRow,
  taken: { turn: TurnRow; message: MessageRow },
): void {
  const { turn, message } = taken;
  const head = { id: makeId("entry"), sessionId: session.id, turnId: turn.id };
  const place = { seq: session.last_seq + 1, at: work.at };
  const isRepeat =
    message.retries > 0 && work.connection.get(mailStatements.entryOfMessage, { message_id: message.id }) !== undefined;
  const { id, text } = message;
  const from: Sender = JSON.parse(message.sender);
  const seed = messageToEntry({ id, from, text, ...textToAttachments(message.attachments) }, head, isRepeat);
  insertEntry(work, session, entrySeedToRow(seed, place));
}

/** What lists show of it. */
export function previewOf({ text, attachments }: Pick<EntryRow, "text" | "attachments">): string {
  return previewText({ text, ...textToAttachments(attachments) });
}
