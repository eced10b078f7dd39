/** Builds the message that a schedule sends: the first of a chain of its own, for the time it was due. */
import type { Schedule } from "@reef/protocol/schedule";
import type { IsoTime } from "@reef/protocol/time";
import { makeId } from "../ids.ts";
import type { MessageSeed } from "../port/unit.ts";

export function scheduleMessage(
  { id, sessionId, name, text, by }: Schedule,
  { dueAt, missed }: { readonly dueAt: IsoTime; readonly missed: number },
): MessageSeed {
  return {
    id: makeId("message"),
    sessionId,
    from: { kind: "schedule", scheduleId: id, name, by, dueAt, missed },
    text,
    purpose: "text",
    mode: "queue",
    chainId: makeId("chain"),
    hops: 0,
    replyTo: null,
    notBefore: null,
    held: false,
    idempotencyKey: null,
  };
}
