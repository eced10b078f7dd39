/**
 * ME2: makes a session's text searchable, word for word. A line is a row that points at its entry: the transcript keeps
 * the only copy, and is read for it. A mark on the session bounds it, so that each entry becomes a line once.
 */
import { makeId } from "@reef/engine/ids";
import { earlierEntries, trustOfBotLine } from "@reef/engine/memory/line-trust";
import { newMemoryFields } from "@reef/engine/memory/new-memory";
import type { SessionId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Sender } from "@reef/protocol/message";
import { fieldsToColumns } from "../fields/codec.ts";
import { memoryCodecs, memoryOriginCodecs } from "../fields/memory.ts";
import type { MemoryRow } from "../memory-tables.ts";
import type { EntryRow, SessionRow } from "../tables.ts";
import { suggestionsOfSession } from "./consolidation-statements.ts";
import { conversationNumber, deleteMemory, type Owner, withOwner } from "./memories.ts";
import * as statements from "./memory-statements.ts";
import * as registryStatements from "./statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import { findSession, getBot, getSession, type Work } from "./work.ts";

export function* captureSession(work: Work, id: SessionId): Write<void> {
  // The session was deleted since: there is nothing left to remember.
  const session = yield* findSession(work, id);
  if (session === undefined || session.memory === "off" || session.captured_seq >= session.last_seq) return;
  yield* withOwner(work, session.bot_id, function* (owner) {
    for (;;) {
      const entries = yield* all(statements.entriesAfter, { session_id: id, seq: session.captured_seq });
      for (const entry of entries) yield* captureEntry(work, owner, { session, entry });
      session.captured_seq = entries.at(-1)?.seq ?? session.last_seq;
      if (entries.length === 0 || session.captured_seq >= session.last_seq) break;
    }
  });
  yield* run(registryStatements.updateSessionFields, session);
}

/** Captures first when memory goes off: everything so far was said with memory on. */
export function* setSessionMemory(work: Work, id: SessionId, memory: SessionRow["memory"]): Write<void> {
  const session = yield* getSession(work, id);
  if (session.memory === memory) return;
  yield* captureSession(work, id);
  session.memory = memory;
  session.captured_seq = session.last_seq;
}

/** Deletes the lines of a deleted session, and the unaccepted proposals made of them. */
export function* forgetLines(work: Work, session: SessionRow): Write<void> {
  const row = yield* one(statements.ownerOfBot, { bot_id: session.bot_id });
  if (row === undefined) return;
  const conversation = yield* one(statements.conversationByName, { owner: row.n, name: session.id });
  const lines =
    conversation === undefined ? [] : yield* all(statements.linesOfConversation, { conversation: conversation.n });
  const suggestions = yield* all(suggestionsOfSession, { bot_id: session.bot_id, session_id: session.id });
  if (lines.length + suggestions.length === 0) return;
  yield* withOwner(work, session.bot_id, function* (owner) {
    for (const line of [...lines, ...suggestions]) yield* deleteMemory(work, owner, line);
  });
}

/** Deletes the lines captured from entries after `seq`. */
export function* forgetLinesAfter(work: Work, { id, bot_id }: SessionRow, seq: number): Write<void> {
  const row = yield* one(statements.ownerOfBot, { bot_id });
  if (row === undefined) return;
  const conversation = yield* one(statements.conversationByName, { owner: row.n, name: id });
  if (conversation === undefined) return;
  const lines = yield* all(statements.linesAfter, { conversation: conversation.n, seq });
  if (lines.length === 0) return;
  yield* withOwner(work, bot_id, function* (owner) {
    for (const line of lines) yield* deleteMemory(work, owner, line);
  });
}

function* captureEntry(
  work: Work,
  owner: Owner,
  { session, entry }: { readonly session: SessionRow; readonly entry: EntryRow },
): Write<void> {
  if (entry.kind !== "person" && entry.kind !== "bot" && entry.kind !== "session") return;
  const isSilent = entry.text.trim() === "" && entry.attachments === null;
  if (isSilent || isOfSchedule(entry)) return;
  owner.version += 1;
  const line = {
    ...newMemoryFields,
    kind: "entry",
    speaker: yield* speakerOf(work, session, entry),
    seq: entry.seq,
    occurredAt: entry.at,
  } as const;
  const row: MemoryRow = {
    id: makeId("memory"),
    owner: owner.n,
    version: owner.version,
    ...fieldsToColumns(memoryOriginCodecs, line),
    ...fieldsToColumns(memoryCodecs, { ...newMemoryFields, approvedAt: null }),
    text: null,
    entry_id: entry.id,
    source: null,
    trust: yield* trustOf(entry),
    conversation: yield* conversationNumber(owner, session.id),
    valid_from: entry.at,
    valid_to: null,
    superseded_by: null,
    archived_at: null,
    archived_for: null,
    same_key: null,
    created_at: work.at,
    updated_at: null,
  };
  // No event: the transcript's own events reported it.
  yield* run(statements.insertMemory, row);
}

/** Scheduled messages, repeated every day, would crowd out what was said once (SC4); the answer to one is a line. */
function isOfSchedule({ sender }: EntryRow): boolean {
  return sender !== null && (JSON.parse(sender) as Sender).kind === "schedule";
}

/** A bot that repeats what others gave it speaks their words (ME5). */
function* trustOf(entry: EntryRow): Write<Memory["trust"]> {
  if (entry.kind === "session") return "session";
  if (entry.kind === "person") return "person";
  const { session_id, turn_id, seq: before, text } = entry;
  const earlier = yield* all(statements.earlierWords, { session_id, before, since: before - earlierEntries });
  if (turn_id === null) {
    const results = yield* all(statements.toolResultsWithoutTurn, { session_id, before });
    return trustOfBotLine({ text, results: results.map((result) => result.text), heard: [], earlier, recalled: [] });
  }
  const ofTurn = { session_id, turn_id, before };
  return trustOfBotLine({
    text,
    results: (yield* all(statements.toolResultsOfTurn, ofTurn)).map((result) => result.text),
    heard: yield* all(statements.sessionTextsOfTurn, ofTurn),
    earlier,
    recalled: yield* all(statements.unapprovedRecallsOfTurn, { turn_id }),
  });
}

function* speakerOf(work: Work, session: SessionRow, entry: EntryRow): Write<string | null> {
  if (entry.kind === "bot") return (yield* getBot(work, session.bot_id)).name;
  const from = entry.sender === null ? null : (JSON.parse(entry.sender) as { name?: string; botName?: string });
  return from?.botName ?? from?.name ?? null;
}
