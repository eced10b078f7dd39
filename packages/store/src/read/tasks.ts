/** Reads roots and tasks. */
import type { KnownTask, TaskQueries } from "@reef/engine/port/tasks";
import { wordsOfQuestion } from "@reef/engine/task/find";
import type { RootId, SessionId, TaskId } from "@reef/protocol/ids";
import { type TaskFilter, TaskStatus, type TaskWithDetail } from "@reef/protocol/task";
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import { rootColumns, taskColumns, taskDetailColumns } from "../columns.ts";
import { detailRowToFields, rootRowToNoun, taskRowToNoun } from "../rows/task.ts";
import { type Source, statement } from "../sql.ts";
import type { Tables } from "../tables.ts";
import type { RootFilesRow, RootRow, TaskDetailRow, TaskRow } from "../task-tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const allRoots = statement<object, RootRow>((db) =>
  db.selectFrom("roots").select(rootColumns).orderBy("created_at").orderBy("id"),
);
const rootById = statement<{ id: RootId }, RootRow>((db, param) =>
  db.selectFrom("roots").select(rootColumns).where("id", "=", param("id")),
);
const filesOfRoot = statement<{ id: RootId }, RootFilesRow>((db, param) =>
  db.selectFrom("root_files").select(["root_id", "unreadable", "skipped"]).where("root_id", "=", param("id")),
);
const taskById = statement<{ id: TaskId }, TaskRow>((db, param) =>
  db.selectFrom("tasks").select(taskColumns).where("id", "=", param("id")),
);
const taskBySession = statement<{ id: SessionId }, TaskRow>((db, param) =>
  db.selectFrom("tasks").select(taskColumns).where("session_id", "=", param("id")).orderBy("id").limit(1),
);
const tasksByRef = statement<{ ref: string }, TaskRow>((db, param) =>
  db.selectFrom("tasks").select(taskColumns).where("ref_key", "=", param("ref")).orderBy("id").limit(10),
);
const detailOfTask = statement<{ id: TaskId }, TaskDetailRow>((db, param) =>
  db.selectFrom("task_details").select(taskDetailColumns).where("task_id", "=", param("id")),
);

export function taskQueries(source: Source): TaskQueries {
  const whole = async (rows: readonly TaskRow[]): Promise<TaskWithDetail | null> => {
    const [row] = rows;
    if (row === undefined) return null;
    const [detail] = await source.all(detailOfTask, { id: row.id });
    const none = { text: "", criteria: [], fields: {} };
    return { ...taskRowToNoun(row), ...(detail === undefined ? none : detailRowToFields(detail)) };
  };
  return {
    roots: async () => (await source.all(allRoots, {})).map(rootRowToNoun),
    root: async (id) => {
      const [row] = await source.all(rootById, { id });
      if (row === undefined) return null;
      const [files] = await source.all(filesOfRoot, { id });
      const { unreadable = "[]", skipped = "[]" } = files ?? {};
      return { ...rootRowToNoun(row), unreadable: JSON.parse(unreadable), skipped: JSON.parse(skipped) };
    },
    task: async (id) => whole(await source.all(taskById, { id })),
    taskOfSession: async (id) => whole(await source.all(taskBySession, { id })),
    tasksByRef: async (ref) => (await source.all(tasksByRef, { ref: ref.toLowerCase() })).map(taskRowToNoun),
    tasks: async (filter, page) => {
      const after = cursorToSortKey(page, ["number", "string"]);
      const rows = await source.query((db) => {
        const query = db
          .selectFrom("tasks")
          .select(taskColumns)
          .where((build) => build.and(conditions(build, filter)))
          .orderBy("rank")
          .orderBy("id")
          .limit(page.limit + 1);
        if (after === null) return query;
        const [rank, id] = after;
        return query.where((build) =>
          build.or([build("rank", ">", rank), build.and([build("rank", "=", rank), build("id", ">", id as TaskId)])]),
        );
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ rank, id }) => [rank, id], toItem: taskRowToNoun });
    },
    taskCounts: async (filter) => {
      const rows = await source.query((db) =>
        db
          .selectFrom("tasks")
          .select((build) => ["status" as const, build.fn.countAll<number>().as("count")])
          .where((build) => build.and(conditions(build, filter)))
          .groupBy("status"),
      );
      const byStatus = Object.fromEntries(TaskStatus.options.map((status) => [status, 0])) as Record<
        TaskStatus,
        number
      >;
      for (const { status, count } of rows) byStatus[status] = Number(count);
      return { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus };
    },
    tasksOfRoot: async (id) =>
      (await source.query((db) => db.selectFrom("tasks").select(taskColumns).where("root_id", "=", id))).flatMap(
        toKnown,
      ),
    hasTasksUnder: async (prefix) => {
      // Keys compare by their bytes, and no text is behind this one.
      const rows = await source.query((db) =>
        db
          .selectFrom("tasks")
          .select("id")
          .where("source_key", ">=", prefix)
          .where("source_key", "<", `${prefix}\u{10ffff}`)
          .limit(1),
      );
      return rows.length > 0;
    },
    tasksBySource: async (keys) => {
      const found: KnownTask[] = [];
      for (let from = 0; from < keys.length; from += keysAtOnce) {
        const some = keys.slice(from, from + keysAtOnce);
        const rows = await source.query((db) =>
          db.selectFrom("tasks").select(taskColumns).where("source_key", "in", some),
        );
        found.push(...rows.flatMap(toKnown));
      }
      return found;
    },
  };
}

const keysAtOnce = 500;

function toKnown(row: TaskRow): KnownTask[] {
  if (row.source_key === null) return [];
  const { id, ref, source, goneAt } = taskRowToNoun(row);
  return [{ id, sourceKey: row.source_key, ref, project: source?.project ?? null, isGone: goneAt !== null }];
}

function conditions(build: ExpressionBuilder<Tables, "tasks">, filter: TaskFilter): Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = [];
  if (filter.status !== undefined) all.push(build("status", "=", filter.status));
  if (filter.rootId !== undefined) all.push(build("root_id", "=", filter.rootId));
  if (filter.topicId !== undefined) all.push(build("topic_id", "=", filter.topicId));
  if (filter.botId !== undefined) all.push(build("bot_id", "=", filter.botId));
  if (filter.parentId !== undefined) all.push(build("parent_id", "=", filter.parentId));
  if (filter.conflict !== undefined) all.push(build("conflict", filter.conflict ? "is not" : "is", null));
  if (filter.template !== undefined) all.push(build("is_template", "=", filter.template ? 1 : 0));
  if (filter.gone !== undefined) all.push(build("gone_at", filter.gone ? "is not" : "is", null));
  for (const word of wordsOfQuestion(filter.q)) {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    all.push(sql<SqlBool>`${build.ref("words")} like ${pattern} escape '\\'`);
  }
  return all;
}
