/** Reads files: by id, and which hashes any of them has. */
import type { Queries } from "@reef/engine/port/queries";
import type { FileId, SessionId } from "@reef/protocol/ids";
import { fileColumns } from "../columns.ts";
import { fileRowToNoun } from "../rows/file.ts";
import { type Source, statement } from "../sql.ts";
import type { FileRow } from "../tables.ts";

const fileById = statement<{ id: FileId }, FileRow>((db, param) =>
  db.selectFrom("files").select(fileColumns).where("id", "=", param("id")),
);

const fileOfSession = statement<{ session_id: SessionId; id: FileId }, FileRow>((db, param) =>
  db
    .selectFrom("file_uses")
    .innerJoin("files", "files.id", "file_uses.file_id")
    .select(fileColumns.map((column) => `files.${column}` as const))
    .where("file_uses.session_id", "=", param("session_id"))
    .where("file_uses.file_id", "=", param("id")),
);

export function fileQueries(source: Source): Pick<Queries, "file" | "fileOfSession" | "files" | "knownHashes"> {
  return {
    fileOfSession: async (sessionId, id) =>
      (await source.all(fileOfSession, { session_id: sessionId, id })).map(fileRowToNoun)[0] ?? null,
    file: async (id) => (await source.all(fileById, { id })).map(fileRowToNoun)[0] ?? null,
    files: async (ids) => {
      if (ids.length === 0) return [];
      const rows = await source.query((db) => db.selectFrom("files").select(fileColumns).where("id", "in", ids));
      const fileById = new Map(rows.map((row) => [row.id, fileRowToNoun(row)]));
      return ids.flatMap((id) => fileById.get(id) ?? []);
    },
    knownHashes: async (hashes) => {
      if (hashes.length === 0) return [];
      const rows = await source.query((db) =>
        db.selectFrom("files").select("sha256").distinct().where("sha256", "in", hashes),
      );
      return rows.map(({ sha256 }) => sha256);
    },
  };
}
