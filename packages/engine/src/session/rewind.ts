/**
 * TU10: a person changes a message, or asks for its answer again. The transcript is the journal, so nothing is deleted:
 * what came after is replaced from the very commit that accepts the message again. The effects of its tools are not
 * undone, and the sessions they spawned go on; the notice says so.
 */
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { RewindRequest } from "@reef/protocol/request";
import type { Session } from "@reef/protocol/session";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import { findAttachments, type Sent, sentOf } from "../mailbox/send.ts";
import { cancelSession } from "./cancel.ts";
import { sayReplaced } from "./replaced.ts";
import { messagesWait } from "./rewind-refusal.ts";

export interface RewindOptions {
  readonly request: RewindRequest;
  readonly idempotencyKey: string | null;
}

/** The message to send, and the entry after which the conversation goes on with it. */
interface Anew {
  readonly toSeq: number;
  readonly text: string;
  readonly attachments: readonly FileRef[];
}

/**
 * Resolves when the rewind and its message are on disk. Throws `not_found` (session, entry), `invalid_request` (not a
 * person's message, a file that does not exist), `conflict` (a turn is open, messages wait, replaced already, a
 * transcript that another program keeps), `idempotency_mismatch`. Safe to call twice with the same key. A crash leaves
 * all of it or nothing.
 */
export async function rewindSession(deps: Deps, id: SessionId, options: RewindOptions): Promise<Sent> {
  const { request, idempotencyKey } = options;
  const session = await found(deps.store.read.session(id), "session", id);
  await requireOwnTranscript(deps, session);
  const target = await findTarget(deps, session, request);
  const anew = await describe(deps, target, request);
  const earlier = idempotencyKey === null ? null : await deps.store.read.messageByKey(id, idempotencyKey);
  if (earlier !== null) return { message: requireSame(earlier, anew), created: false, isHeld: false };
  if (target.entry.replacedBy !== undefined) throw replacedAlready();
  if (session.turnId !== null && request.mode === "interrupt") await stopFirst(deps, session);
  return send(deps, { anew, idempotencyKey, session: await found(deps.store.read.session(id), "session", id) });
}

async function send(
  deps: Deps,
  { session, anew, idempotencyKey }: Pick<RewindOptions, "idempotencyKey"> & { session: Session; anew: Anew },
): Promise<Sent> {
  const { toSeq, text, attachments } = anew;
  const id = makeId("message");
  const notice = { id: makeId("entry"), text: await sayReplaced(deps, session, toSeq) };
  const committed = await commitOps(
    deps,
    {
      op: "message.send",
      message: {
        id,
        sessionId: session.id,
        from: { kind: "person" },
        text,
        purpose: "text",
        mode: "queue",
        chainId: makeId("chain"),
        hops: 0,
        replyTo: null,
        notBefore: null,
        held: false,
        idempotencyKey,
        ...(attachments.length === 0 ? {} : { attachments: [...attachments] }),
        rewind: { toSeq, lastSeq: session.lastSeq, notice },
      },
    },
    ...(session.archivedAt === null
      ? []
      : [{ op: "session.change" as const, id: session.id, fields: { archivedAt: null } }]),
  );
  return sentOf(committed, id);
}

/** An OpenClaw agent remembers a conversation by its own transcript: only the copy here would change. */
async function requireOwnTranscript(deps: Deps, session: Session): Promise<void> {
  const bot = await found(deps.store.read.bot(session.botId), "bot", session.botId);
  const isElsewhere = session.mirrors !== null || (bot.runtime !== "loop" && bot.runtime !== "demo");
  if (!isElsewhere) return;
  throw new AppError(
    "conflict",
    "OpenClaw keeps this conversation, so it can't be changed from Reef: go back in OpenClaw's own chat, or send a correction as a new message",
  );
}

async function findTarget(
  { store: { read } }: Deps,
  session: Session,
  { beforeEntryId, toSeq }: RewindRequest,
): Promise<{ readonly entry: Entry; readonly toSeq: number }> {
  if (beforeEntryId !== undefined) {
    const entry = await read.entry(beforeEntryId);
    if (entry?.sessionId !== session.id)
      throw new AppError("not_found", `there is no entry ${beforeEntryId} in this session`);
    return { entry: requirePerson(entry, "beforeEntryId"), toSeq: entry.seq - 1 };
  }
  const after = toSeq ?? 0;
  const next = (await read.entries(session.id, { after, limit: noticesPassed })).find(({ kind }) => kind !== "notice");
  if (next === undefined) {
    const message = "no message of yours comes after this entry";
    throw new AppError("invalid_request", message, { fields: [{ path: "toSeq", message }] });
  }
  return { entry: requirePerson(next, "toSeq"), toSeq: after };
}

/** How many notices may come between what stays and the message. */
const noticesPassed = 50;

function requirePerson(entry: Entry, path: string): Entry {
  if (entry.kind === "person" && entry.from?.kind !== "schedule") return entry;
  const message = "only a message that a person wrote can be changed or sent again";
  throw new AppError("invalid_request", message, { fields: [{ path, message }] });
}

async function describe(
  deps: Deps,
  { entry, toSeq }: { readonly entry: Entry; readonly toSeq: number },
  request: RewindRequest,
): Promise<Anew> {
  const { text = entry.text } = request;
  const attachments =
    request.attachments === undefined ? (entry.attachments ?? []) : await findAttachments(deps, request.attachments);
  if (text === "" && attachments.length === 0) {
    const message = "expected at least 1 character, or an attachment";
    throw new AppError("invalid_request", message, { fields: [{ path: "text", message }] });
  }
  return { toSeq, text, attachments };
}

function requireSame(earlier: Message, { toSeq, text, attachments }: Anew): Message {
  const idsOf = (files: readonly FileRef[] = []) => files.map(({ id }) => id).join(" ");
  const isSame =
    earlier.rewoundTo === toSeq && earlier.text === text && idsOf(earlier.attachments) === idsOf(attachments);
  if (isSame) return earlier;
  throw new AppError("idempotency_mismatch", "this key was used in this session for another message; use a new key");
}

async function stopFirst(deps: Deps, { id, queued }: Session): Promise<void> {
  // Refusing after the stop would have stopped the turn for nothing.
  if (queued > 0) throw messagesWait();
  const { notStopped } = await cancelSession(deps, id, { by: "person" });
  if (!notStopped.includes(id)) return;
  throw new AppError("conflict", "the turn could not be stopped yet: nothing was changed, try again in a moment");
}

function replacedAlready(): AppError {
  return new AppError("conflict", "this message was already replaced: look at the conversation as it is now");
}
