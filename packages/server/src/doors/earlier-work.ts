/**
 * Finds the work that a request asked for before (DO2). What it needs is stored: the keys of messages, which say where
 * in its conversation each was said, and the answers to asks.
 */
import type { Deps } from "@reef/engine/deps";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import { type FoundSession, isRecent } from "./find-session.ts";
import { findLastNumber } from "./gallop.ts";
import { lineSays } from "./known-lines.ts";
import { type DoorRequest, toCompared } from "./said.ts";
import { personsText } from "./sent-text.ts";
import type { Work } from "./work.ts";

/** Where in its conversation the person speaks: which line comes before, under which key, and which come after. */
export interface Spot {
  readonly after: number;
  readonly parent: string;
  /** The key under which it is sent; a number is appended when it is sent there again. */
  readonly key: string;
  /** True if the client tells what came before, so that another message at the same spot replaces this one. */
  readonly isTold: boolean;
}

interface Looking {
  readonly found: FoundSession;
  readonly spot: Spot;
  readonly text: string;
}

/** Returns the work that this request asked for before; null if it is new. */
export async function findEarlier(
  deps: Deps,
  request: DoorRequest,
  { found, spot, text }: Looking,
): Promise<Work | null> {
  const { read } = deps.store;
  const { session, lines } = found;
  if (session === null) return null;
  const { idempotencyKey, isRetry } = request;
  if (idempotencyKey !== null) {
    const message = await read.messageByKey(session.id, doorKey(idempotencyKey));
    if (message !== null) return { session, message: requireSame(message, text), ask: null, turnId: null };
  }
  const last = lines.at(-1);
  if (last?.ask && lineSays(last, toCompared(text))) {
    const turn = last.ask.turnId === null ? null : await read.turn(last.ask.turnId);
    const isOpen = turn !== null && turn.endedAt === null && !turn.waits.some(isOpenAsk(session));
    if (isOpen || (isRetry && (await isRecent(read, last, deps.clock.now())))) {
      return { session, message: null, ask: last.ask, turnId: last.ask.turnId };
    }
  }
  const message = await newestAt(deps, session.id, spot.key);
  if (message === null) return null;
  const isOpen = message.state === "queued" || message.state === "delivered";
  const line = lines.find(({ messageId }) => messageId === message.id);
  const isAgain = isRetry && (await isRecent(read, line, deps.clock.now()));
  return isAgain || (isOpen && session.openAsks === 0) ? { session, message, ask: null, turnId: null } : null;
}

function isOpenAsk({ openAsks }: Session) {
  return (wait: { readonly for: string }) => openAsks > 0 && wait.for === "ask";
}

/** Returns the newest message that was sent under this key, with or without a number. */
async function newestAt({ store: { read } }: Deps, sessionId: SessionId, key: string): Promise<Message | null> {
  const newest = await findLastNumber(async (n) => (await read.messageByKey(sessionId, numbered(key, n))) !== null);
  return newest < 0 ? null : read.messageByKey(sessionId, numbered(key, newest));
}

export async function freeKey({ store: { read } }: Deps, sessionId: SessionId, key: string): Promise<string> {
  const newest = await findLastNumber(async (n) => (await read.messageByKey(sessionId, numbered(key, n))) !== null);
  return numbered(key, newest + 1);
}

function numbered(key: string, n: number): string {
  return n === 0 ? key : `${key}#${n}`;
}

export function doorKey(idempotencyKey: string): string {
  return `door:${idempotencyKey}`;
}

function requireSame(message: Message, text: string): Message {
  const sent = toCompared(personsText(message.text));
  if (sent !== "" ? toCompared(text).endsWith(sent) : text.trim() === "") return message;
  throw new AppError(
    "idempotency_mismatch",
    "this idempotency key was used for another message in this session; use a new key",
  );
}
