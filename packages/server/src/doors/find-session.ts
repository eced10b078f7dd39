/**
 * Finds the session that a request belongs to, or chooses the id of a new one. Ids follow from names, so that no table
 * keeps them: the same name means the same session after any crash, and two first requests in the same moment create
 * one session.
 */
import { createHash } from "node:crypto";
import type { Deps } from "@reef/engine/deps";
import { idOfName, idToMs } from "@reef/engine/ids";
import type { Queries } from "@reef/engine/port/queries";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { AskId, MessageId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { isoToMs } from "@reef/protocol/time";
import { findLastNumber } from "./gallop.ts";
import { type KnownLine, readKnownLines } from "./known-lines.ts";
import { findPlace, type Place } from "./place.ts";
import { type DoorRequest, toCompared } from "./said.ts";

export interface FoundSession {
  readonly id: SessionId;
  /** Null if it does not exist yet. */
  readonly session: Session | null;
  readonly lines: readonly KnownLine[];
  /** Null if the client tells nothing of what was said there. */
  readonly place: Place | null;
}

/** How many sessions that begin with the same words are compared, newest first. */
const comparedSessions = 64;
/** How many numbers in a row may be missing. */
const gaps = Array.from({ length: 8 }, (_, gap) => gap);

export async function findSession(
  { store: { read }, clock }: Pick<Deps, "store" | "clock">,
  request: DoorRequest,
): Promise<FoundSession> {
  const { bot, key, said, idempotencyKey } = request;
  const isFirst = said.length === 1;
  switch (key.kind) {
    case "session":
      return look(read, request, await ownSession(read, bot, key.id));
    case "after":
      return look(read, request, await sessionOfWork(read, bot, key.id));
    case "name":
      return lookAt(read, request, namedId(request, `name:${key.name}`));
    case "user": {
      const main = await lookAt(read, request, namedId(request, `user:${key.name}`));
      if (isFirst || main.place !== null || main.lines.length === 0) return main;
      return findByContent({ read, nowMs: clock.now() }, request, `user:${key.name}`);
    }
    case "none":
      if (idempotencyKey !== null) return lookAt(read, request, namedId(request, `key:${idempotencyKey}`));
      return findByContent({ read, nowMs: clock.now() }, request, "none");
  }
}

/** Sessions that begin with the same words are numbered: the words alone cannot tell them apart. */
async function findByContent(
  { read, nowMs }: { readonly read: Queries; readonly nowMs: number },
  request: DoorRequest,
  space: string,
): Promise<FoundSession> {
  const { said, isRetry } = request;
  const first = toCompared(said.find(({ by }) => by === "person")?.text ?? "");
  const idAt = (n: number) => namedId(request, `${space}:${hash(first)}:${n}`);
  // Some may have been deleted since.
  const nearby = async (n: number) => Promise.all(gaps.map((gap) => read.session(idAt(n + gap))));
  const newest = await findLastNumber(async (n) => (await nearby(n)).some((session) => session !== null));
  const known: FoundSession[] = [];
  for (let n = newest; n >= Math.max(0, newest - comparedSessions + 1); n -= 1) {
    const found = await lookAt(read, request, idAt(n));
    // It was created, and the server stopped before the message was sent.
    if (n === newest && found.session !== null && found.lines.length === 0) return found;
    if (said.length === 1) {
      if (isRetry && (await isRecent(read, found.lines.at(-1), nowMs))) return found;
      break;
    }
    if (found.place?.hasSameAnswer === true && found.place.earlier.length === 0) return found;
    if (found.place !== null) known.push(found);
  }
  return likeliest(known) ?? { id: idAt(newest + 1), session: null, lines: [], place: null };
}

/**
 * Returns the session that has most of what the client tells; null if several have equally much: joining the wrong
 * conversation would be worse than beginning another.
 */
function likeliest(known: readonly FoundSession[]): FoundSession | null {
  const lacking = ({ place }: FoundSession) => (place?.earlier.length ?? 0) * 2 + (place?.hasSameAnswer ? 0 : 1);
  const [best, next] = known.toSorted((a, b) => lacking(a) - lacking(b));
  return best !== undefined && (next === undefined || lacking(best) < lacking(next)) ? best : null;
}

/** A client gives up, and tries again, within minutes. Long after that, the same words are a new request. */
const retriedWithinMs = 20 * 60_000;

/** True if the line was sent so lately that a client may still be trying to get its answer. */
export async function isRecent(read: Queries, line: KnownLine | undefined, nowMs: number): Promise<boolean> {
  const message = line?.messageId ? await read.message(line.messageId) : null;
  const at = message?.receipts.acceptedAt ?? line?.ask?.settledAt ?? null;
  return at !== null && nowMs - isoToMs(at) < retriedWithinMs;
}

async function lookAt(read: Queries, request: DoorRequest, id: SessionId): Promise<FoundSession> {
  const session = await read.session(id);
  return session === null ? { id, session, lines: [], place: null } : look(read, request, session);
}

async function look(read: Queries, { said }: DoorRequest, session: Session): Promise<FoundSession> {
  const lines = await readKnownLines(read, session);
  return { id: session.id, session, lines, place: findPlace(said, lines) };
}

async function ownSession(read: Queries, bot: Bot, id: SessionId): Promise<Session> {
  const session = await read.session(id);
  if (session?.botId === bot.id) return session;
  throw new AppError("not_found", `“${bot.name}” has no session ${id}`);
}

async function sessionOfWork(read: Queries, bot: Bot, id: MessageId | AskId): Promise<Session> {
  const work = id.startsWith("ask_") ? await read.ask(id as AskId) : await read.message(id as MessageId);
  if (work === null) throw new AppError("not_found", `there is no answer to ${id}: its session may have been deleted`);
  return ownSession(read, bot, work.sessionId);
}

function namedId({ bot, memory }: DoorRequest, name: string): SessionId {
  const space = memory === "off" ? "incognito:" : "";
  return idOfName("session", `door:${bot.id}:${space}${name}`, idToMs(bot.id));
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}
