/** Reads the audit: filtered, newest first; and in order, as it is exported and verified (AU1). */
import type { AuditQueries } from "@reef/engine/port/audit";
import type { AuditFilter, AuditLine } from "@reef/protocol/audit";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { auditColumns } from "../columns.ts";
import { type Source, statement } from "../sql.ts";
import type { Tables } from "../tables.ts";
import type { AuditRow } from "../trust-tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const linesAfter = statement<{ seq: number; limit: number }, AuditRow>((db, param) =>
  db.selectFrom("audit").select(auditColumns).where("seq", ">", param("seq")).orderBy("seq").limit(param("limit")),
);

export function auditQueries(source: Source): AuditQueries {
  return {
    auditAfter: async (seq, limit) => (await source.all(linesAfter, { seq, limit })).map(rowToLine),
    audit: async (filter, page) => {
      const after = cursorToSortKey(page, ["number"]);
      const rows = await source.query((db) => {
        const query = db
          .selectFrom("audit")
          .select(auditColumns)
          .where((build) => build.and(conditions(build, filter)))
          .orderBy("seq", "desc")
          .limit(page.limit + 1);
        return after === null ? query : query.where("seq", "<", after[0]);
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ seq }) => [Number(seq)], toItem: rowToLine });
    },
  };
}

function conditions(build: ExpressionBuilder<Tables, "audit">, { actor, action, from, to }: AuditFilter) {
  const all: Expression<SqlBool>[] = [];
  if (actor !== undefined)
    all.push(
      build.or([build("actor_kind", "=", actor as AuditRow["actor_kind"]), build("actor_id", "=", actor as never)]),
    );
  // A prefix without a pattern: its signs are those that follow it in the order of bytes.
  if (action !== undefined)
    all.push(
      build.or([
        build("action", "=", action),
        build.and([build("action", ">", `${action}.`), build("action", "<", `${action}/`)]),
      ]),
    );
  if (from !== undefined) all.push(build("at", ">=", from));
  if (to !== undefined) all.push(build("at", "<", to));
  return all;
}

function rowToLine(row: AuditRow): AuditLine {
  return {
    seq: Number(row.seq),
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, via: row.actor_via },
    action: row.action,
    subject: row.subject,
    details: JSON.parse(row.details),
    previous: row.previous,
    hash: row.hash,
  };
}
