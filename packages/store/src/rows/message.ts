/** Converts messages: row ↔ noun. */
import type { MessageSeed } from "@reef/engine/port/unit";
import type { Message, Sender } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";
import type { MessageRow } from "../tables.ts";
import { attachmentsToText, textToAttachments } from "./file.ts";

export function messageRowToNoun(row: MessageRow): Message {
  const from = JSON.parse(row.sender) as Sender;
  return {
    id: row.id,
    sessionId: row.session_id,
    from,
    text: row.text,
    purpose: row.purpose,
    mode: row.mode,
    state: row.state,
    chainId: row.chain_id,
    hops: row.hops,
    replyTo: row.reply_to,
    notBefore: row.not_before,
    receipts: {
      acceptedAt: row.accepted_at,
      deliveredAt: row.delivered_at,
      actedAt: row.acted_at,
      answeredAt: row.answered_at,
    },
    answeredBy: row.answered_by,
    turnId: row.turn_id,
    reason: row.reason,
    rank: row.rank,
    held: row.held === 1,
    dismissedAt: row.dismissed_at,
    retries: row.retries,
    ...(from.kind === "person" && row.idempotency_key !== null && { idempotencyKey: row.idempotency_key }),
    ...(row.cause !== null && { cause: row.cause }),
    ...textToAttachments(row.attachments),
    ...(row.rewound_to === null ? {} : { rewoundTo: row.rewound_to }),
  };
}

export function messageSeedToRow(seed: MessageSeed, { position, at }: { position: number; at: IsoTime }): MessageRow {
  return {
    line: position,
    rank: position,
    id: seed.id,
    session_id: seed.sessionId,
    sender: JSON.stringify(seed.from),
    from_session_id: seed.from.kind === "session" ? seed.from.sessionId : null,
    text: seed.text,
    purpose: seed.purpose,
    mode: seed.mode,
    state: "queued",
    chain_id: seed.chainId,
    hops: seed.hops,
    reply_to: seed.replyTo,
    not_before: seed.notBefore,
    accepted_at: at,
    delivered_at: null,
    acted_at: null,
    answered_at: null,
    answered_by: null,
    turn_id: null,
    reason: null,
    held: seed.held ? 1 : 0,
    dismissed_at: null,
    retries: 0,
    idempotency_key: seed.idempotencyKey,
    attachments: attachmentsToText(seed.attachments),
    rewound_to: seed.rewind?.toSeq ?? null,
    cause: null,
  };
}
