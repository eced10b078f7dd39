/** Appends to transcripts: dense numbers within a session, and the entry by which a message enters one (MB5, MB9). */

import { previewText } from "@reef/engine/file/preview";
import { makeId } from "@reef/engine/ids";
import { messageToEntry } from "@reef/engine/mailbox/message-entry";
import type { EntrySeed } from "@reef/engine/port/unit";
import type { Sender } from "@reef/protocol/message";
import { entryRowToNoun, entrySeedToRow, isNews } from "../rows/entry.ts";
import { textToAttachments } from "../rows/file.ts";
import type { EntryRow, MessageRow, SessionRow, TurnRow, WholeEntryRow } from "../tables.ts";
import { nameFiles } from "./files.ts";
import * as mailStatements from "./mail-statements.ts";
import { one, run, type Write } from "./steps.ts";
import { getSession, type Work } from "./work.ts";

export function* appendEntry(work: Work, seed: EntrySeed): Write<void> {
  const session = yield* getSession(work, seed.sessionId);
  const { externalId } = seed;
  if (externalId !== undefined) {
    const key = { session_id: session.id, external_id: externalId };
    if ((yield* one(mailStatements.entryByExternalId, key)) !== undefined) return;
  }
  yield* nameFiles(session.id, seed.attachments);
  yield* insertEntry(work, session, entrySeedToRow(seed, { seq: session.last_seq + 1, at: seed.at ?? work.at }));
}

function insertEntry(work: Work, session: SessionRow, row: WholeEntryRow): Write<void> {
  session.last_seq = row.seq;
  const preview = previewOf(row);
  if (preview !== "") session.last_text = preview;
  // An entry from elsewhere may be older than those here.
  if (row.at > session.last_at || session.last_seq === 1) session.last_at = row.at;
  if (isNews(row)) session.unread += 1;
  work.changedSessions.add(session);
  work.events.push({ type: "entry.created", entry: entryRowToNoun(row) });
  return run(mailStatements.insertEntry, row);
}

/** Puts a message into the transcript of the turn that takes it; a retried one is there already. */
export function* appendMessageEntry(
  work: Work,
  session: SessionRow,
  taken: { turn: TurnRow; message: MessageRow },
): Write<void> {
  const { turn, message } = taken;
  const head = { id: makeId("entry"), sessionId: session.id, turnId: turn.id };
  const place = { seq: session.last_seq + 1, at: work.at };
  const isRepeat =
    message.retries > 0 && (yield* one(mailStatements.entryOfMessage, { message_id: message.id })) !== undefined;
  const { id, text } = message;
  const from: Sender = JSON.parse(message.sender);
  const seed = messageToEntry({ id, from, text, ...textToAttachments(message.attachments) }, head, isRepeat);
  yield* insertEntry(work, session, entrySeedToRow(seed, place));
}

/** Returns what lists show of it. */
export function previewOf({ text, attachments }: Pick<EntryRow, "text" | "attachments">): string {
  return previewText({ text, ...textToAttachments(attachments) });
}
