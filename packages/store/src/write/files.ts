/**
 * MB11: keeps files, and which session names which. A file is deleted with the last session that names it, in the same
 * unit.
 */
import type { Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { FileId, SessionId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { fileColumns } from "../columns.ts";
import { fileNounToRow } from "../rows/file.ts";
import { eachParam, statement } from "../sql.ts";
import type { FileRow, FileUseRow } from "../tables.ts";
import { all, nothing, one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const fileById = statement<{ id: FileId }, { id: FileId }>((db, param) =>
  db.selectFrom("files").select("id").where("id", "=", param("id")),
);
const insertFile = statement<FileRow>((db, param) => db.insertInto("files").values(eachParam(param, fileColumns)));
const insertUse = statement<FileUseRow>((db, param) =>
  db
    .insertInto("file_uses")
    .values(eachParam(param, ["session_id", "file_id"]))
    .onConflict((conflict) => conflict.doNothing()),
);
const usesOfSession = statement<{ session_id: SessionId }, { file_id: FileId }>((db, param) =>
  db.selectFrom("file_uses").select("file_id").where("session_id", "=", param("session_id")),
);
const deleteUses = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("file_uses").where("session_id", "=", param("session_id")),
);
const deleteUnnamed = statement<{ id: FileId }>((db, param) =>
  db
    .deleteFrom("files")
    .where("id", "=", param("id"))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("file_uses").select(sql.lit(1).as("one")).whereRef("file_id", "=", "files.id"))),
    ),
);
const deleteUnnamedBefore = statement<{ before: IsoTime }>((db, param) =>
  db
    .deleteFrom("files")
    .where("created_at", "<", param("before"))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("file_uses").select(sql.lit(1).as("one")).whereRef("file_id", "=", "files.id"))),
    ),
);

export function* createFile(work: Work, { file }: Extract<Op, { op: "file.create" }>): Write<void> {
  if ((yield* one(fileById, { id: file.id })) !== undefined) {
    throw new AppError("conflict", `the file ${file.id} already exists`);
  }
  yield* run(insertFile, fileNounToRow({ ...file, createdAt: work.at }));
}

export function* sweepFiles({ before }: Extract<Op, { op: "file.sweep" }>): Write<void> {
  yield* run(deleteUnnamedBefore, { before });
}

/** Records the files that the session names from now on. */
export function nameFiles(sessionId: SessionId, attachments: readonly FileRef[] = []): Write<void> {
  return attachments.length === 0 ? nothing : nameEach(sessionId, attachments);
}

function* nameEach(sessionId: SessionId, attachments: readonly FileRef[]): Write<void> {
  for (const { id, name } of attachments) {
    if ((yield* one(fileById, { id })) === undefined) {
      throw new AppError("invalid_request", `the file “${name}” (${id}) no longer exists: attach it again`);
    }
    yield* run(insertUse, { session_id: sessionId, file_id: id });
  }
}

/** Call when the session names nothing any more. */
export function* dropFiles(sessionId: SessionId): Write<void> {
  const ofSession = { session_id: sessionId };
  const used = yield* all(usesOfSession, ofSession);
  if (used.length === 0) return;
  yield* run(deleteUses, ofSession);
  for (const { file_id: id } of used) yield* run(deleteUnnamed, { id });
}
