/**
 * Messages on their way from this page to a mailbox. Each has its idempotency key from the start and is stored until
 * the server has it, so that neither a lost answer nor a reload loses it or sends it twice (MB2). Those of one session go
 * out one after another: two requests at once may arrive in the other order (MB3).
 */
import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";
import { type Cell, createCell } from "./cell.ts";
import { newIdempotencyKey } from "./ids.ts";
import { readStored, writeStored } from "./storage.ts";

export interface OutgoingText {
  readonly sessionId: SessionId;
  /** Empty when files say it all. */
  readonly text: string;
  readonly mode: MessageMode;
  /** Files that are on the server already. */
  readonly files?: readonly FileRef[];
}

export interface OutboxItem extends OutgoingText {
  readonly key: string;
  readonly state: "sending" | "accepted" | "failed";
  readonly messageId: MessageId | null;
  readonly error: string | null;
}

export interface Outbox {
  readonly items: Cell<readonly OutboxItem[]>;
  /** Never rejects: what fails stays in the outbox as `failed`. */
  send(message: OutgoingText): Promise<void>;
  retry(key: string): Promise<void>;
  remove(key: string): void;
}

export function createOutbox(client: Client): Outbox {
  const items = createCell<readonly OutboxItem[]>(readItems());
  const update = (next: readonly OutboxItem[]): void => {
    items.set(next);
    const unsent = next.filter(({ state }) => state !== "accepted");
    writeStored("outbox", unsent.length === 0 ? null : JSON.stringify(unsent));
  };
  const change = (key: string, fields: Partial<OutboxItem>): void =>
    update(items.get().map((item) => (item.key === key ? { ...item, ...fields } : item)));

  const lastBySession = new Map<SessionId, Promise<void>>();
  const sendInOrder = (item: OutboxItem): Promise<void> => {
    const sent = (lastBySession.get(item.sessionId) ?? Promise.resolve()).then(() => trySend(item));
    lastBySession.set(item.sessionId, sent);
    return sent;
  };
  const trySend = async ({ key, sessionId, text, mode, files = [] }: OutboxItem): Promise<void> => {
    try {
      const attachments = files.map(({ id }) => id);
      const sent = { text, mode, ...(attachments.length > 0 && { attachments }) };
      const message = await client.sendMessage(sessionId, sent, { idempotencyKey: key });
      change(key, { state: "accepted", messageId: message.id, error: null });
    } catch (error) {
      change(key, { state: "failed", error: error instanceof AppError ? error.message : String(error) });
    }
  };

  return {
    items,
    send(message) {
      const item: OutboxItem = { ...message, key: newIdempotencyKey(), state: "sending", messageId: null, error: null };
      update([...items.get(), item]);
      return sendInOrder(item);
    },
    async retry(key) {
      const item = items.get().find((candidate) => candidate.key === key);
      if (item?.state !== "failed") return;
      change(key, { state: "sending", error: null });
      await sendInOrder(item);
    },
    remove: (key) => update(items.get().filter((item) => item.key !== key)),
  };
}

/** What a closed page left behind: whether it arrived is not known, and sending it again under its key is safe. */
function readItems(): readonly OutboxItem[] {
  try {
    const stored = JSON.parse(readStored("outbox") ?? "[]") as readonly OutboxItem[];
    return stored.map((item) => ({
      ...item,
      state: "failed",
      error: "The page was closed before the server answered.",
    }));
  } catch {
    return [];
  }
}
