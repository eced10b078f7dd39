/** Creates, changes, reads and forks sessions. Checks the limits of a spawn tree inside the transaction (SU2). */

import { givenFields } from "@reef/engine/given-fields";
import { makeId } from "@reef/engine/ids";
import type { SessionFields, SessionSeed, SpawnLimits } from "@reef/engine/port/unit";
import { newSessionFields } from "@reef/engine/session/new-session";
import { assertMaySpawn } from "@reef/engine/session/spawn-limits";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import { changesToColumns, fieldsToColumns } from "../fields/codec.ts";
import { sessionCodecs } from "../fields/session.ts";
import { isNews } from "../rows/entry.ts";
import { textToAttachments } from "../rows/file.ts";
import type { SessionRow } from "../tables.ts";
import { showAbove } from "./asks-below.ts";
import { setSessionMemory } from "./capture.ts";
import { previewOf } from "./entries.ts";
import { nameFiles } from "./files.ts";
import { isTreeHeld } from "./hold-rows.ts";
import * as mailStatements from "./mail-statements.ts";
import { getTopic } from "./registry.ts";
import * as statements from "./statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import { findSession, flushRows, getBot, getSession, type Work } from "./work.ts";

export function* createSession(work: Work, seed: SessionSeed, limits: SpawnLimits | undefined): Write<void> {
  if ((yield* findSession(work, seed.id)) !== undefined)
    throw new AppError("conflict", `the session ${seed.id} already exists`);
  const mirrors = seed.mirrors ?? null;
  if (mirrors !== null && (yield* one(statements.sessionByMirror, mirrors)) !== undefined) {
    throw new AppError("conflict", `${mirrors.key} is already shown by a session`);
  }
  yield* getBot(work, seed.botId);
  if (seed.topicId != null) yield* getTopic(seed.topicId);
  const parent = seed.parentId === null ? null : yield* getSession(work, seed.parentId);
  if (parent !== null && limits !== undefined) yield* checkLimits(work, parent, limits);
  const fields = { ...newSessionFields, ...(parent && { memory: parent.memory }), ...givenFields(seed) };
  const row: SessionRow = {
    id: seed.id,
    bot_id: seed.botId,
    ...fieldsToColumns(sessionCodecs, fields),
    parent_id: seed.parentId,
    root_id: parent?.root_id ?? seed.id,
    depth: parent === null ? 0 : parent.depth + 1,
    pinned_at: fields.pinned ? work.at : null,
    captured_seq: 0,
    gateway_id: mirrors?.gatewayId ?? null,
    gateway_key: mirrors?.key ?? null,
    child_open: parent !== null && seed.taskMessageId !== null ? 1 : 0,
    queued: 0,
    unread: 0,
    open_asks: 0,
    asks_below: 0,
    waits_for_id: null,
    turn_id: null,
    last_turn_state: null,
    last_error: null,
    last_seq: 0,
    read_seq: 0,
    last_text: "",
    last_at: work.at,
    forked_from_id: null,
    forked_from_seq: null,
    task_message_id: seed.taskMessageId,
    contract: seed.contract == null ? null : JSON.stringify(seed.contract),
    created_at: work.at,
    updated_at: work.at,
    head_line: null,
    wake_at: null,
    out_of_budget: null,
    held: parent?.held === 1 && (yield* isTreeHeld(parent.root_id)) ? 1 : 0,
  };
  yield* run(statements.insertSession, row);
  work.cache.sessions.set(row.id, row);
  work.changedSessions.add(row);
}

function* checkLimits(work: Work, parent: SessionRow, limits: SpawnLimits): Write<void> {
  yield* flushRows(work);
  const children = (yield* one(statements.countOpenChildren, { parent_id: parent.id }))?.count ?? 0;
  const inTree = (yield* one(statements.countOpenInTree, { root_id: parent.root_id }))?.count ?? 0;
  assertMaySpawn({ depth: parent.depth, children, inTree }, limits);
}

export function* changeSession(work: Work, id: SessionId, fields: Partial<SessionFields>): Write<void> {
  const row = yield* getSession(work, id);
  if (fields.topicId !== undefined && fields.topicId !== null) yield* getTopic(fields.topicId);
  if (fields.memory !== undefined) yield* setSessionMemory(work, id, fields.memory);
  Object.assign(row, changesToColumns(sessionCodecs, fields));
  if (fields.title !== undefined) yield* showAbove(work, row);
  // Pinned once more, it keeps its place among the pins.
  if (fields.pinned !== undefined) row.pinned_at = fields.pinned ? (row.pinned_at ?? work.at) : null;
  yield* run(statements.updateSessionFields, row);
  work.changedSessions.add(row);
}

export function* reopenSession(work: Work, id: SessionId): Write<void> {
  const row = yield* getSession(work, id);
  if (row.archived_at !== null) yield* changeSession(work, id, { archivedAt: null });
}

export function* readSession(work: Work, id: SessionId, seq: number): Write<void> {
  const row = yield* getSession(work, id);
  const readSeq = Math.min(seq, row.last_seq);
  if (readSeq > row.read_seq) yield* setReadSeq(work, row, readSeq);
}

export function* unreadSession(work: Work, id: SessionId, seq: number): Write<void> {
  const row = yield* getSession(work, id);
  if (seq < row.read_seq) yield* setReadSeq(work, row, Math.max(0, seq));
}

function* setReadSeq(work: Work, row: SessionRow, seq: number): Write<void> {
  row.read_seq = seq;
  const left = seq === row.last_seq ? [] : yield* all(mailStatements.newsAfter, { session_id: row.id, seq });
  row.unread = left.filter(isNews).length;
  work.changedSessions.add(row);
}

/** The copies are entries of their own: they belong to no message and no turn, and need not be read again. */
export function* forkSession(work: Work, from: SessionId, options: { to: SessionId; throughSeq: number }): Write<void> {
  const source = yield* getSession(work, from);
  const row = yield* getSession(work, options.to);
  if (row.last_seq > 0) throw new AppError("conflict", `session ${row.id} has entries; a fork needs a new session`);
  const through = Math.min(options.throughSeq, source.last_seq);
  let text = "";
  for (let after = 0; after < through; ) {
    const entries = yield* all(mailStatements.entriesThrough, {
      session_id: from,
      after,
      through,
      limit: 50,
    });
    for (const entry of entries) {
      const copy = {
        ...entry,
        id: makeId("entry"),
        session_id: row.id,
        message_id: null,
        turn_id: null,
        external_id: null,
      };
      yield* run(mailStatements.insertEntry, copy);
      yield* nameFiles(row.id, textToAttachments(copy.attachments).attachments);
      const preview = previewOf(entry);
      if (preview !== "") text = preview;
      after = entry.seq;
    }
    if (entries.length === 0) break;
  }
  row.last_seq = through;
  row.read_seq = through;
  // The lines belong to the other session, so they are not captured twice.
  row.captured_seq = through;
  row.last_text = text;
  row.forked_from_id = from;
  row.forked_from_seq = through;
  yield* run(statements.updateSessionFields, row);
  work.changedSessions.add(row);
}
