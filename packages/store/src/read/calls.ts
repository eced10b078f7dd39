/** Reads the results of calls from outside the loop. */
import type { Queries } from "@reef/engine/port/queries";
import type { SessionId } from "@reef/protocol/ids";
import { type Source, statement } from "../sql.ts";

const callById = statement<{ session_id: SessionId; call_id: string }, { text: string; is_error: number }>(
  (db, param) =>
    db
      .selectFrom("calls")
      .select(["text", "is_error"])
      .where("session_id", "=", param("session_id"))
      .where("call_id", "=", param("call_id")),
);

export function callQueries(source: Source): Pick<Queries, "keptCall"> {
  return {
    keptCall: async (sessionId, callId) => {
      const row = (await source.all(callById, { session_id: sessionId, call_id: callId }))[0];
      return row === undefined ? null : { text: row.text, isError: row.is_error === 1 };
    },
  };
}
