/** Writes roots, with the files that couldn't be read. */
import type { RootOp } from "@reef/engine/port/tasks";
import { AppError } from "@reef/protocol/error";
import type { RootId } from "@reef/protocol/ids";
import type { Root } from "@reef/protocol/root";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { rootColumns } from "../columns.ts";
import { fieldsToColumns } from "../fields/codec.ts";
import { rootCodecs } from "../fields/task.ts";
import { eachParam, statement } from "../sql.ts";
import type { RootFilesRow, RootRow } from "../task-tables.ts";
import { all, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const allRoots = statement<object, Pick<RootRow, "id" | "path" | "created_at">>((db) =>
  db.selectFrom("roots").select(["id", "path", "created_at"]),
);
const insertRoot = statement<RootRow>((db, param) => db.insertInto("roots").values(eachParam(param, rootColumns)));
const updateRoot = statement<RootRow>((db, param) =>
  db.updateTable("roots").set(eachParam(param, rootColumns)).where("id", "=", param("id")),
);
const deleteRootById = statement<{ id: RootId }>((db, param) => db.deleteFrom("roots").where("id", "=", param("id")));
const insertFiles = statement<RootFilesRow>((db, param) =>
  db.insertInto("root_files").values(eachParam(param, ["root_id", "unreadable", "skipped"])),
);
const deleteFiles = statement<{ id: RootId }>((db, param) =>
  db.deleteFrom("root_files").where("root_id", "=", param("id")),
);
const deleteUntouched = statement<{ id: RootId }>((db, param) =>
  db.deleteFrom("tasks").where("root_id", "=", param("id")).where("touched_at", "is", null),
);
const deleteLostDetails = statement<object>((db) =>
  db.deleteFrom("task_details").where("task_id", "not in", db.selectFrom("tasks").select("id")),
);
const keepTouched = statement<{ id: RootId; at: IsoTime }>((db, param) =>
  db
    .updateTable("tasks")
    .set({ root_id: null, gone_at: sql<IsoTime>`coalesce(gone_at, ${param("at")})`, updated_at: param("at") })
    .where("root_id", "=", param("id")),
);
const releaseParts = statement<{ at: IsoTime }>((db, param) =>
  db
    .updateTable("tasks")
    .set({ parent_id: null, updated_at: param("at") })
    .where("parent_id", "is not", null)
    .where("parent_id", "not in", db.selectFrom("tasks as parents").select("parents.id")),
);

export function* applyRootOp(work: Work, op: RootOp): Write<void> {
  const roots = yield* all(allRoots, {});
  if (op.op === "root.delete") {
    const { id } = op;
    if (!roots.some((root) => root.id === id)) throw new AppError("not_found", `no root has the id ${id}`);
    yield* run(deleteRootById, { id });
    yield* run(deleteFiles, { id });
    yield* run(deleteUntouched, { id });
    yield* run(deleteLostDetails, {});
    yield* run(keepTouched, { id, at: work.at });
    yield* run(releaseParts, { at: work.at });
    work.events.push({ type: "root.deleted", rootId: id });
    return;
  }
  const { id, path } = op.root;
  if (roots.some((root) => root.path === path && root.id !== id))
    throw new AppError("conflict", `the folder ${path} is connected already`);
  const earlier = roots.find((root) => root.id === id);
  const root: Root = { ...op.root, createdAt: earlier?.created_at ?? work.at, updatedAt: work.at };
  yield* run(earlier === undefined ? insertRoot : updateRoot, fieldsToColumns(rootCodecs, root));
  if (op.files !== null) {
    const { unreadable, skipped } = op.files;
    yield* run(deleteFiles, { id });
    const row = { root_id: id, unreadable: JSON.stringify(unreadable), skipped: JSON.stringify(skipped) };
    yield* run(insertFiles, row);
  }
  work.events.push({ type: "root.changed", root });
}
