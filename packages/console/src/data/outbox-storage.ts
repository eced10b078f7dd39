/**
 * Stores the part of the outbox that outlives the page: each message under a name of its own, since two pages with one shared
 * list would remove each other's messages. Stored text is checked when it is read: another version, or another program, may
 * have written it.
 */
import type { OutboxItem } from "./outbox-item.ts";

export type OutboxStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const prefix = "reef.outbox.";

export function itemName(key: string): string {
  return prefix + key;
}

export function storeItem(item: OutboxItem, storage = browserStorage()): void {
  try {
    storage?.setItem(itemName(item.key), JSON.stringify(item));
  } catch {
    // Full or blocked: it is sent all the same, and lost only with the page.
  }
}

export function forgetItem(key: string, storage = browserStorage()): void {
  try {
    storage?.removeItem(itemName(key));
  } catch {
    // Blocked: then it was not stored either.
  }
}

/**
 * Returns them in the order in which they were written. Whether they arrived is unknown, and sending them again is
 * safe.
 */
export function readItems(storage = browserStorage()): readonly OutboxItem[] {
  const items: OutboxItem[] = [];
  try {
    for (let at = 0; storage && at < storage.length; at += 1) {
      const name = storage.key(at);
      const item = name?.startsWith(prefix) ? textToItem(storage.getItem(name)) : null;
      if (item) items.push(item);
    }
  } catch {
    // Blocked.
  }
  return items.sort((a, b) => a.writtenAtMs - b.writtenAtMs);
}

export function textToItem(text: string | null): OutboxItem | null {
  try {
    const item = JSON.parse(text ?? "null") as OutboxItem | null;
    const isWhole =
      typeof item?.key === "string" && typeof item.sessionId === "string" && typeof item.text === "string";
    if (!item || !isWhole) return null;
    const state = item.state === "failed" || item.state === "withdrawn" ? item.state : "waiting";
    return { ...item, state, isTried: true, writtenAtMs: Number(item.writtenAtMs) || 0 };
  } catch {
    return null;
  }
}

function browserStorage(): OutboxStorage | undefined {
  try {
    return typeof localStorage === "undefined" ? undefined : localStorage;
  } catch {
    return undefined;
  }
}
