/** Reads a response again by its id: what a bot said to a message, or that it is still at work. */
import { AppError } from "@reef/protocol/error";
import { isoToMs } from "@reef/protocol/time";
import type { Doors } from "../door-parts.ts";
import { type Finished, followWork } from "../follow.ts";
import { workOfAnswerId } from "../session-key.ts";
import type { Work } from "../work.ts";

export interface ReadResponse {
  readonly botName: string;
  /** In seconds since the epoch. */
  readonly created: number;
  /** Null while the bot is at work. */
  readonly finished: Finished | null;
}

/** An answer that is there is read much faster, in milliseconds. */
const readMs = 2_000;

/** Throws `not_found`, and what `followWork` throws for an answer that will not come. */
export async function readResponse(doors: Doors, id: string): Promise<ReadResponse> {
  const { read } = doors.edge.deps.store;
  const work = await findWork(doors, id);
  const { session, message, ask } = work;
  const bot = await read.bot(session.botId);
  const at = message?.receipts.acceptedAt ?? ask?.settledAt ?? session.createdAt;
  const turnId = message?.turnId ?? ask?.turnId ?? null;
  const turn = turnId === null ? null : await read.turn(turnId);
  const isAtWork = turn?.state === "running" || message?.state === "queued";
  const finished = isAtWork ? null : await readEnd(doors, work);
  return { botName: bot?.name ?? "", created: Math.floor(isoToMs(at) / 1000), finished };
}

async function readEnd(doors: Doors, work: Work): Promise<Finished | null> {
  const late = AbortSignal.timeout(readMs);
  const pieces = followWork(doors, work, late);
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) return next.value;
    }
  } catch (error) {
    // It waits for another session.
    if (late.aborted && !(error instanceof AppError)) return null;
    throw error;
  }
}

async function findWork({ edge }: Doors, id: string): Promise<Work> {
  const { read } = edge.deps.store;
  const work = workOfAnswerId(id);
  const message = work?.startsWith("msg_") ? await read.message(work as never) : null;
  const ask = work?.startsWith("ask_") ? await read.ask(work as never) : null;
  const sessionId = message?.sessionId ?? ask?.sessionId;
  const session = sessionId === undefined ? null : await read.session(sessionId);
  if (session !== null && (message?.from.kind === "person" || ask !== null))
    return { session, message, ask, turnId: ask?.turnId ?? null };
  throw new AppError("not_found", `there is no response ${id.slice(0, 200)}`);
}
