/** Keeps the operations that undo acts. Each is used once; unused ones are deleted after their time. */
import type { Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { UndoToken } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { statement } from "../sql.ts";
import type { UndoRow } from "../undo-tables.ts";
import { one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const insertUndo = statement<UndoRow>((db, param) =>
  db.insertInto("undos").values({ token: param("token"), ops: param("ops"), expires_at: param("expires_at") }),
);
const undoByToken = statement<{ token: UndoToken }, { token: UndoToken }>((db, param) =>
  db.selectFrom("undos").select("token").where("token", "=", param("token")),
);
const deleteUndo = statement<{ token: UndoToken }>((db, param) =>
  db.deleteFrom("undos").where("token", "=", param("token")),
);
const deleteExpired = statement<{ now: IsoTime }>((db, param) =>
  db.deleteFrom("undos").where("expires_at", "<=", param("now")),
);

export function* keepUndo(work: Work, { token, ops, expiresAt }: Extract<Op, { op: "undo.keep" }>): Write<void> {
  yield* run(deleteExpired, { now: work.at });
  yield* run(insertUndo, { token, ops: JSON.stringify(ops), expires_at: expiresAt });
}

export function* takeUndo(token: UndoToken): Write<void> {
  if ((yield* one(undoByToken, { token })) === undefined) {
    throw new AppError("not_found", "this was already undone, or can no longer be undone");
  }
  yield* run(deleteUndo, { token });
}
