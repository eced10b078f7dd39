/**
 * TU10: a person goes back in a session. Nothing is deleted: a notice says from where on the transcript no longer
 * counts, in the unit that sends its replacement. Lines that memory captured from there are deleted; what was saved on
 * purpose stays.
 */
import type { Rewind } from "@reef/engine/port/unit";
import { requireRewind } from "@reef/engine/session/rewind-refusal";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import { sql } from "kysely";
import { isCurrent } from "../replaced.ts";
import { statement } from "../sql.ts";
import type { SessionRow } from "../tables.ts";
import { captureSession, forgetLinesAfter } from "./capture.ts";
import { dismissMessage } from "./dismiss.ts";
import { appendEntry } from "./entries.ts";
import { all, one, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const currentEntry = statement<{ session_id: SessionId; seq: number }, { seq: number }>((db, param) =>
  db
    .selectFrom("entries")
    .select("seq")
    .where("session_id", "=", param("session_id"))
    .where("seq", "=", param("seq"))
    .where(isCurrent),
);
const deadAfter = statement<{ session_id: SessionId; seq: number }, { id: MessageId }>((db, param) =>
  db
    .selectFrom("entries")
    .innerJoin("messages", "messages.id", "entries.message_id")
    .select("messages.id")
    .where("entries.session_id", "=", param("session_id"))
    .where("entries.seq", ">", param("seq"))
    .where("messages.state", "=", sql.lit("dead" as const))
    .where("messages.dismissed_at", "is", null)
    .orderBy("entries.seq"),
);

export function* rewindSession(work: Work, session: SessionRow, { toSeq, lastSeq, notice }: Rewind): Write<void> {
  const isCurrent = (yield* one(currentEntry, { session_id: session.id, seq: toSeq })) !== undefined;
  const place = { hasOpenTurn: session.turn_id !== null, queued: session.queued, lastSeq: session.last_seq, isCurrent };
  requireRewind(place, { toSeq, lastSeq });
  // What stays but was not captured yet is captured first, with the rest.
  yield* captureSession(work, session.id);
  for (const { id } of yield* all(deadAfter, { session_id: session.id, seq: toSeq })) yield* dismissMessage(work, id);
  yield* forgetLinesAfter(work, session, toSeq);
  yield* appendEntry(work, { ...notice, sessionId: session.id, kind: "notice", notice: { type: "rewound", toSeq } });
}
