/**
 * Records calls from outside the loop, each done once. Results are kept for as long as a call may sensibly be repeated.
 */
import type { Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import { statement } from "../sql.ts";
import type { CallRow } from "../tables.ts";
import { one, run, type Write } from "./steps.ts";
import { getSession, type Work } from "./work.ts";

const keptMs = 7 * 86_400_000;

const callById = statement<{ session_id: SessionId; call_id: string }, { n: number }>((db, param) =>
  db
    .selectFrom("calls")
    .select("n")
    .where("session_id", "=", param("session_id"))
    .where("call_id", "=", param("call_id")),
);
const insertCall = statement<CallRow>((db, param) =>
  db.insertInto("calls").values({
    session_id: param("session_id"),
    call_id: param("call_id"),
    text: param("text"),
    is_error: param("is_error"),
    at: param("at"),
  }),
);
const deleteOldCalls = statement<{ session_id: SessionId; before: IsoTime }>((db, param) =>
  db.deleteFrom("calls").where("session_id", "=", param("session_id")).where("at", "<", param("before")),
);
const deleteCalls = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("calls").where("session_id", "=", param("session_id")),
);

export function* keepCall(
  work: Work,
  { sessionId, callId, text, isError }: Extract<Op, { op: "call.keep" }>,
): Write<void> {
  yield* getSession(work, sessionId);
  if ((yield* one(callById, { session_id: sessionId, call_id: callId })) !== undefined) {
    throw new AppError("conflict", `the call ${callId} was already made`);
  }
  yield* run(deleteOldCalls, { session_id: sessionId, before: msToIso(work.atMs - keptMs) });
  const row = { session_id: sessionId, call_id: callId, text, is_error: isError ? 1 : 0, at: work.at };
  yield* run(insertCall, row);
}

export function* forgetCalls(sessionId: SessionId): Write<void> {
  yield* run(deleteCalls, { session_id: sessionId });
}
