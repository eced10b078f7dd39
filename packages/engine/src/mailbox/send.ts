/** Sends a person's message to a session's mailbox: durable before it is acknowledged (MB1), once per key (MB2). */

import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { FileId, MessageId, SessionId } from "@reef/protocol/ids";
import type { Message, NewMessage } from "@reef/protocol/message";
import { isoToMs } from "@reef/protocol/time";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { isTooFar, tooFarText } from "../far-times.ts";
import { makeId } from "../ids.ts";
import type { Committed } from "../port/store.ts";
import type { Op } from "../port/unit.ts";

export interface SendRequest {
  readonly message: NewMessage;
  readonly idempotencyKey: string | null;
}

export interface Sent {
  readonly message: Message;
  /** False if the same key had sent it before. */
  readonly created: boolean;
  /** True if a person's stop keeps the session from taking it for now (TU6). */
  readonly isHeld: boolean;
}

/**
 * Resolves when the message is on disk. A message to an archived session restores the session. Throws `not_found`
 * (session, or the message replied to), `invalid_request` (a file that does not exist), `idempotency_mismatch`. Safe to
 * call twice with the same key.
 */
export async function sendMessage(deps: Deps, sessionId: SessionId, request: SendRequest): Promise<Sent> {
  const { message, idempotencyKey } = request;
  const { replyTo = null, notBefore = null } = message;
  if (notBefore !== null && isTooFar(isoToMs(notBefore), deps.clock.now())) {
    const text = tooFarText(notBefore);
    throw new AppError("invalid_request", text, { fields: [{ path: "notBefore", message: text }] });
  }
  const attachments = await findAttachments(deps, message.attachments ?? []);
  if (replyTo !== null) await found(deps.store.read.message(replyTo), "message", replyTo);
  const id = makeId("message");
  const ops: readonly Op[] = [
    { op: "session.reopen", id: sessionId },
    {
      op: "message.send",
      message: {
        id,
        sessionId,
        from: { kind: "person" },
        text: message.text,
        purpose: "text",
        mode: message.mode ?? "queue",
        chainId: makeId("chain"),
        hops: 0,
        replyTo,
        notBefore,
        held: false,
        idempotencyKey,
        ...(attachments.length === 0 ? {} : { attachments }),
      },
    },
  ];
  const committed = await commitOps(deps, ...ops);
  return sentOf(committed, id);
}

export function sentOf({ existing: [existing], events }: Committed, id: MessageId): Sent {
  if (existing !== undefined) return { message: existing, created: false, isHeld: false };
  const isHeld = events.some((event) => event.type === "session.changed" && event.session.status === "held");
  for (const event of events) {
    if (event.type === "message.changed" && event.message.id === id)
      return { message: event.message, created: true, isHeld };
  }
  throw new Error("a committed send has no message event");
}

/**
 * Returns the files in the order given, each once. Names a missing one; the store checks again in the message's unit
 * (MB11).
 */
export async function findAttachments(deps: Deps, ids: readonly FileId[]): Promise<FileRef[]> {
  const files = await deps.store.read.files([...new Set(ids)]);
  const fields = ids.flatMap((id, index) =>
    files.some((file) => file.id === id)
      ? []
      : [{ path: `attachments.${index}`, message: `there is no file ${id}: it may have been deleted` }],
  );
  if (fields.length > 0) throw new AppError("invalid_request", fields[0]?.message ?? "", { fields });
  return files.map(({ sha256: _sha256, createdAt: _createdAt, ...ref }) => ref);
}
