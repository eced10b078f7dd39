/**
 * Keeps the messages on screen, newest first, as far as they have been read; events keep them true. A message that no
 * longer fits the filter leaves, one that fits now is inserted at its place.
 */
import type { MessageQuery } from "@reef/client/client";
import type { Event } from "@reef/protocol/event";
import type { BotId, ChainId, SessionId } from "@reef/protocol/ids";
import type { Message, MessageState } from "@reef/protocol/message";

export interface MessageView {
  readonly state: MessageState | null;
  readonly botId: BotId | null;
  readonly chainId: ChainId | null;
  readonly betweenBots: boolean;
  /** Only dead letters that are neither retried nor dismissed. */
  readonly deadOnly: boolean;
}

export interface MessageList {
  readonly items: readonly Message[];
  /** Cursor of the older ones; null when all are here. */
  readonly next: string | null;
}

export type BotOfSession = (id: SessionId) => BotId | null;

export function viewToFilter({ state, botId, chainId, betweenBots, deadOnly }: MessageView): MessageQuery {
  return {
    ...(state && { state, dismissed: "any" as const }),
    ...(botId && { botId }),
    ...(chainId && { chainId }),
    ...(betweenBots && { betweenBots }),
    ...(deadOnly && { state: "dead" as const, dismissed: false }),
  };
}

function fitsView(message: Message, view: MessageView, botOf: BotOfSession): boolean {
  const { from, state } = message;
  if (view.deadOnly && (state !== "dead" || message.dismissedAt !== null)) return false;
  if (!view.deadOnly && view.state !== null && state !== view.state) return false;
  if (view.chainId !== null && message.chainId !== view.chainId) return false;
  if (view.betweenBots && from.kind !== "session") return false;
  if (view.botId === null) return true;
  return botOf(message.sessionId) === view.botId || (from.kind === "session" && from.botId === view.botId);
}

export function foldMessages(
  list: MessageList,
  events: readonly Event[],
  { view, botOf }: { readonly view: MessageView; readonly botOf: BotOfSession },
): MessageList {
  let items: Message[] | null = null;
  for (const event of events) {
    if (event.type === "session.deleted") {
      const before: readonly Message[] = items ?? list.items;
      const left = before.filter(({ sessionId }) => sessionId !== event.sessionId);
      if (left.length !== before.length) items = left;
    }
    if (event.type !== "message.changed") continue;
    const { message } = event;
    const current: readonly Message[] = items ?? list.items;
    const at = current.findIndex(({ id }) => id === message.id);
    const fits = fitsView(message, view, botOf);
    if (at >= 0) items = fits ? current.with(at, message) : current.toSpliced(at, 1);
    else if (fits) {
      // Ids sort by time. Messages older than all that has been read appear when the list is read that far.
      const place = current.findIndex(({ id }) => id < message.id);
      if (place < 0 && list.next !== null) continue;
      items = current.toSpliced(place < 0 ? current.length : place, 0, message);
    }
  }
  return items ? { ...list, items } : list;
}

/** Appends the next page; messages that the list has already are left out. */
export function appendPage(list: MessageList, page: MessageList): MessageList {
  const known = new Set(list.items.map(({ id }) => id));
  return { items: [...list.items, ...page.items.filter(({ id }) => !known.has(id))], next: page.next };
}
