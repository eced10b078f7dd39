/** Reads the operations that undo an act. */
import type { Queries } from "@reef/engine/port/queries";
import type { UndoToken } from "@reef/protocol/ids";
import { type Source, statement } from "../sql.ts";
import type { UndoRow } from "../undo-tables.ts";

const undoByToken = statement<{ token: UndoToken }, UndoRow>((db, param) =>
  db.selectFrom("undos").selectAll().where("token", "=", param("token")),
);

export function undoQueries(source: Source): Pick<Queries, "undo"> {
  return {
    undo: async (token) => {
      const row = (await source.all(undoByToken, { token }))[0];
      return row === undefined ? null : { ops: JSON.parse(row.ops), expiresAt: row.expires_at };
    },
  };
}
