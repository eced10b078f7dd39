/** Forks a session: a new session of the same bot that starts with a copy of its transcript up to a point. */

import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";

export interface ForkRequest {
  /** The last entry to copy; the newest if left out. */
  readonly throughSeq?: number;
  readonly title?: string;
}

/** Copies the transcript, never the mailbox: the original goes on undisturbed. */
export async function forkSession(deps: Deps, id: SessionId, request: ForkRequest): Promise<Session> {
  const origin = await found(deps.store.read.session(id), "session", id);
  const throughSeq = request.throughSeq ?? origin.lastSeq;
  if (throughSeq > origin.lastSeq) {
    throw new AppError("invalid_request", `throughSeq must be at most ${origin.lastSeq}, the newest entry`, {
      fields: [{ path: "throughSeq", message: `expected at most ${origin.lastSeq}` }],
    });
  }
  const fork = makeId("session");
  await commitOps(
    deps,
    {
      op: "session.create",
      session: {
        id: fork,
        botId: origin.botId,
        title: request.title ?? `${origin.title} (fork)`,
        topicId: origin.topicId,
        memory: origin.memory,
        parentId: null,
        taskMessageId: null,
      },
    },
    { op: "session.fork", from: id, to: fork, throughSeq },
    {
      op: "entry.append",
      entry: {
        id: makeId("entry"),
        sessionId: fork,
        kind: "notice",
        text: `Forked from “${origin.title}” after entry ${throughSeq}.`,
        notice: { type: "forked", from: id, seq: throughSeq },
      },
    },
  );
  return found(deps.store.read.session(fork), "session", fork);
}
