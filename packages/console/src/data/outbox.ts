/**
 * Sends messages from this page to mailboxes. Each has its idempotency key from the start and is stored, under a name of its
 * own, until the server has it: neither a lost answer nor a reload nor a second tab loses it or sends it twice (MB2).
 * Messages of one session go one after another, and one that waits for the server holds up those behind it: they arrive in
 * the order in which they were written (MB3). Failed connections are retried, refusals are not.
 */
import type { CoreClient } from "@reef/client/core-client";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { SessionId } from "@reef/protocol/ids";
import { type Cell, createCell } from "../ui/cell.ts";
import { nowMs } from "../ui/clock.ts";
import { newIdempotencyKey } from "../ui/ids.ts";
import type { OutboxItem, OutgoingText } from "./outbox-item.ts";
import { forgetItem, itemName, type OutboxStorage, readItems, storeItem, textToItem } from "./outbox-storage.ts";

export interface Outbox {
  /** In the order in which they were written, without those that were withdrawn. */
  readonly items: Cell<readonly OutboxItem[]>;
  /**
   * Resolves when the message was accepted, refused, or the server was away. Never rejects: a message that was not
   * accepted stays.
   */
  send(message: OutgoingText): Promise<void>;
  retry(key: string): Promise<void>;
  /** Withdraws a message that is not known to have arrived, and returns it. */
  withdraw(key: string): OutboxItem | null;
  remove(key: string): void;
  /** Call it when the server is back: everything that waits is sent, with what other pages left behind. */
  resume(): void;
  /** Call it when another page changed what is stored under this name; null: it was removed. */
  takeStored(name: string | null, text: string | null): void;
  /** Takes what the server says of messages: one that it has is not sent again, though its answer was lost. */
  takeEvents(events: readonly Event[]): void;
}

export interface OutboxOptions {
  readonly lastSeqOf?: (sessionId: SessionId) => number | null;
  /** Called when a turn had already taken a withdrawn message. */
  readonly onTooLate?: (item: OutboxItem) => void;
  /** Resolves after a pause before the next attempt. */
  readonly pause?: (failures: number) => Promise<void>;
  readonly storage?: OutboxStorage;
}

/** Enough for a message of a megabyte on a slow line; without a limit, one on a dead line would hold up all others. */
const answerWithinMs = 45_000;

export function createOutbox(client: CoreClient, options: OutboxOptions = {}): Outbox {
  const { lastSeqOf = () => null, onTooLate = () => {}, pause = pauseLonger, storage } = options;
  let all: readonly OutboxItem[] = readItems(storage);
  const items = createCell<readonly OutboxItem[]>(all.filter(isShown));
  const draining = new Set<SessionId>();
  const requests = new Map<string, AbortController>();
  let failures = 0;
  /** Rises when the server is back: an earlier request says nothing about now. */
  let visits = 0;

  const update = (next: readonly OutboxItem[]): void => {
    all = next;
    items.set(next.filter(isShown));
  };
  const find = (key: string): OutboxItem | undefined => all.find((item) => item.key === key);
  const change = (key: string, fields: Partial<OutboxItem>): void => {
    const item = find(key);
    if (!item) return;
    const next = { ...item, ...fields };
    if (next.state === "accepted") forgetItem(key, storage);
    else storeItem(next, storage);
    update(all.map((each) => (each.key === key ? next : each)));
  };
  const remove = (key: string): void => {
    forgetItem(key, storage);
    update(all.filter((item) => item.key !== key));
  };

  /** Resolves to whether the server answered. */
  const trySend = async ({ key, sessionId, text, mode, files = [] }: OutboxItem): Promise<boolean> => {
    const request = new AbortController();
    requests.set(key, request);
    const visit = visits;
    const timer = setTimeout(() => request.abort(), answerWithinMs);
    change(key, { isTried: true });
    try {
      const attachments = files.map(({ id }) => id);
      const sent = { text, mode, ...(attachments.length > 0 && { attachments }) };
      const message = await client.sendMessage(sessionId, sent, { idempotencyKey: key, signal: request.signal });
      if (find(key)?.state !== "withdrawn") change(key, { state: "accepted", messageId: message.id, error: null });
      return true;
    } catch (error) {
      const isAway = isUnreached(error) || request.signal.aborted;
      const state = find(key)?.state;
      const isAgain = isAway && visit !== visits;
      if (!isAgain && (state === "sending" || state === "waiting")) {
        change(key, { state: isAway ? "waiting" : "failed", error: errorWords(error) });
      }
      return !isAway;
    } finally {
      clearTimeout(timer);
      requests.delete(key);
    }
  };
  /** Cancels it if it had arrived; otherwise nothing happens. */
  const settleWithdrawn = async (item: OutboxItem): Promise<boolean> => {
    const filter = { sessionId: item.sessionId, idempotencyKey: item.key };
    try {
      const { unchanged } = await client.bulkMessages({ filter, action: "cancel" });
      if (unchanged > 0) onTooLate(item);
    } catch (error) {
      if (isUnreached(error)) return false;
    }
    remove(item.key);
    return true;
  };

  /** Sends one after another, until nothing of the session is open or the server is away. */
  const drain = async (sessionId: SessionId): Promise<void> => {
    if (draining.has(sessionId)) return;
    draining.add(sessionId);
    for (;;) {
      const next = all.find((item) => item.sessionId === sessionId && isOpen(item));
      // Deleted in the step that finds nothing more, so that a message added a moment later starts a new run.
      if (!next) return void draining.delete(sessionId);
      const visit = visits;
      const isThere = await (next.state === "withdrawn" ? settleWithdrawn(next) : trySend(next));
      if (isThere) failures = 0;
      else if (visit === visits) {
        draining.delete(sessionId);
        return tryLater(sessionId);
      }
    }
  };
  const drainAll = (): void => {
    for (const sessionId of new Set(all.filter(isOpen).map((item) => item.sessionId))) void drain(sessionId);
  };
  let isPausing = false;
  const tryLater = (sessionId: SessionId): void => {
    // Messages behind it wait as well, and are shown as waiting.
    for (const item of all) {
      if (item.sessionId === sessionId && item.state === "sending") change(item.key, { state: "waiting" });
    }
    if (isPausing) return;
    isPausing = true;
    void pause(failures++).then(() => {
      isPausing = false;
      drainAll();
    });
  };

  const settled = async (item: OutboxItem): Promise<void> => {
    void drain(item.sessionId);
    if (find(item.key)?.state !== "sending") return;
    await new Promise<void>((resolve) => {
      const stop = items.subscribe(() => {
        if (find(item.key)?.state === "sending") return;
        stop();
        resolve();
      });
    });
  };

  if (all.length > 0) queueMicrotask(drainAll);
  return {
    items,
    remove,
    send(message) {
      const item: OutboxItem = {
        ...message,
        key: newIdempotencyKey(),
        state: all.some(({ sessionId, state }) => sessionId === message.sessionId && state === "waiting")
          ? "waiting"
          : "sending",
        messageId: null,
        error: null,
        writtenAtMs: Math.max(nowMs(), ...all.map(({ writtenAtMs }) => writtenAtMs + 1)),
        afterSeq: lastSeqOf(message.sessionId),
        isTried: false,
      };
      storeItem(item, storage);
      update([...all, item]);
      return settled(item);
    },
    async retry(key) {
      const item = find(key);
      if (item?.state !== "failed") return;
      change(key, { state: "sending", error: null });
      await settled(item);
    },
    withdraw(key) {
      const item = find(key);
      if (!item || item.state === "accepted" || item.state === "withdrawn") return null;
      // A refused message has not arrived. Otherwise a request may have reached the server, whatever happened to its
      // answer.
      if (item.isTried && item.state !== "failed") change(key, { state: "withdrawn" });
      else remove(key);
      requests.get(key)?.abort();
      void drain(item.sessionId);
      return item;
    },
    resume() {
      const known = new Set(all.map(({ key }) => key));
      const left = readItems(storage).filter(({ key }) => !known.has(key));
      if (left.length > 0) update([...all, ...left].sort((a, b) => a.writtenAtMs - b.writtenAtMs));
      failures = 0;
      visits += 1;
      // Open requests use a connection that has broken since.
      for (const request of requests.values()) request.abort();
      drainAll();
    },
    takeStored(name, text) {
      const item = all.find(({ key }) => itemName(key) === name);
      if (!item || requests.has(item.key) || item.state === "accepted") return;
      if (text === null) update(all.filter((each) => each !== item));
      else if (textToItem(text)?.state === "withdrawn") {
        update(all.map((each) => (each === item ? { ...item, state: "withdrawn" } : each)));
      }
    },
    takeEvents(events) {
      if (all.length === 0) return;
      for (const event of events) {
        if (event.type !== "message.changed" || event.message.idempotencyKey === undefined) continue;
        const item = find(event.message.idempotencyKey);
        if (item?.sessionId !== event.message.sessionId) continue;
        if (item.state === "sending" || item.state === "waiting" || item.state === "failed") {
          change(item.key, { state: "accepted", messageId: event.message.id, error: null });
        }
      }
    },
  };
}

function isShown({ state }: OutboxItem): boolean {
  return state !== "withdrawn";
}

function isOpen({ state }: OutboxItem): boolean {
  return state === "sending" || state === "waiting" || state === "withdrawn";
}

/** True for failures that pass: the server is away, overloaded, or this browser is signed out. */
function isUnreached(error: unknown): boolean {
  return error instanceof AppError && (error.code === "unavailable" || error.code === "unauthorized");
}

function errorWords(error: unknown): string {
  return error instanceof AppError ? error.message : String(error);
}

function pauseLonger(failures: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(15_000, 1_000 * 2 ** Math.min(failures, 10))));
}
