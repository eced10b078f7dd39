/**
 * Keeps what the page knows, and how events change it. Each fold is a pure function from a state and events to the next
 * state; events carry whole nouns, so that folding one twice changes nothing, and a read that raced with events is
 * completed by folding those events again. A fold without effect returns the same object.
 */
import type { Ask } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { AskId, BotId, SessionId, TopicId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import type { Turn } from "@reef/protocol/turn";

export interface SessionIndex {
  readonly byId: ReadonlyMap<SessionId, Session>;
  /** Rises when the session list must be grouped again; a new latest message or unread count does not raise it. */
  readonly shape: number;
  /** Rises when a session's status changes, or the day it was last used: for lists that are arranged by these. */
  readonly states: number;
  /** True once all have been read; before that, no count of them is true. */
  readonly isWhole: boolean;
}

/** The loaded end of a transcript: dense sequence numbers, ascending. */
export interface EntryWindow {
  readonly items: readonly Entry[];
  /** True if there is nothing older. */
  readonly atStart: boolean;
  /** True after an entry that does not follow the last one: read again what is between. */
  readonly hasGap: boolean;
}

export const emptySessionIndex: SessionIndex = { byId: new Map(), shape: 0, states: 0, isWhole: false };

export function indexSessions(sessions: readonly Session[]): SessionIndex {
  return { byId: new Map(sessions.map((session) => [session.id, session])), shape: 1, states: 1, isWhole: true };
}

export function needsPerson(session: Session): boolean {
  return session.status === "needs_you" || session.openAsks > 0;
}

export function foldSessions(index: SessionIndex, events: readonly Event[]): SessionIndex {
  let byId: Map<SessionId, Session> | null = null;
  let shape = index.shape;
  let states = index.states;
  const write = (): Map<SessionId, Session> => {
    byId ??= new Map(index.byId);
    return byId;
  };
  for (const event of events) {
    const current: ReadonlyMap<SessionId, Session> = byId ?? index.byId;
    if (event.type === "session.changed") {
      const before = current.get(event.session.id);
      if (before && before.updatedAt > event.session.updatedAt) continue;
      if (!before || changesShape(before, event.session)) shape = index.shape + 1;
      if (!before || changesState(before, event.session)) states = index.states + 1;
      write().set(event.session.id, event.session);
    } else if (event.type === "session.deleted" && current.has(event.sessionId)) {
      write().delete(event.sessionId);
      shape = index.shape + 1;
    } else if (event.type === "bot.deleted") {
      for (const session of current.values()) {
        if (session.botId !== event.botId) continue;
        write().delete(session.id);
        shape = index.shape + 1;
      }
    }
  }
  return byId ? { ...index, byId, shape, states } : index;
}

function changesShape(before: Session, after: Session): boolean {
  return (
    before.topicId !== after.topicId ||
    before.pinned !== after.pinned ||
    before.archivedAt !== after.archivedAt ||
    before.title !== after.title ||
    before.parentId !== after.parentId ||
    needsPerson(before) !== needsPerson(after)
  );
}

function changesState(before: Session, after: Session): boolean {
  return (
    before.status !== after.status ||
    before.unread > 0 !== after.unread > 0 ||
    before.lastAt.slice(0, 10) !== after.lastAt.slice(0, 10)
  );
}

export function foldBots(bots: ReadonlyMap<BotId, Bot>, events: readonly Event[]): ReadonlyMap<BotId, Bot> {
  const changes = events.filter((event) => event.type === "bot.changed" || event.type === "bot.deleted");
  if (changes.length === 0) return bots;
  const next = new Map(bots);
  for (const event of changes) {
    if (event.type === "bot.changed") next.set(event.bot.id, event.bot);
    else next.delete(event.botId);
  }
  return next;
}

export function foldTopics(topics: readonly Topic[], events: readonly Event[]): readonly Topic[] {
  const changes = events.filter((event) => event.type === "topic.changed" || event.type === "topic.deleted");
  if (changes.length === 0) return topics;
  const next = new Map<TopicId, Topic>(topics.map((topic) => [topic.id, topic]));
  for (const event of changes) {
    if (event.type === "topic.changed") next.set(event.topic.id, event.topic);
    else next.delete(event.topicId);
  }
  return [...next.values()].sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
}

/** Keeps settled asks: their cards turn, instead of vanishing under a person's hand. */
export function foldAsks(asks: ReadonlyMap<AskId, Ask>, events: readonly Event[]): ReadonlyMap<AskId, Ask> {
  const changes = events.filter((event) => event.type === "ask.changed");
  if (changes.length === 0) return asks;
  const next = new Map(asks);
  for (const { ask } of changes) {
    if (isBehind(ask, next.get(ask.id))) continue;
    next.set(ask.id, ask);
  }
  return next;
}

/** A settled ask stays as it is, except that its answer may still have to reach a gateway (AS3). */
function isBehind(ask: Ask, known: Ask | undefined): boolean {
  if (known === undefined || known.state === "open") return false;
  return ask.state === "open" || ask.delivery === "waiting" || known.delivery !== "waiting";
}

export function foldEntries(window: EntryWindow, events: readonly Event[]): EntryWindow {
  let items: Entry[] | null = null;
  let hasGap = window.hasGap;
  for (const event of events) {
    if (event.type !== "entry.created") continue;
    const last: number = (items ?? window.items).at(-1)?.seq ?? (window.atStart ? 0 : event.entry.seq - 1);
    if (event.entry.seq === last + 1) {
      items ??= [...window.items];
      if (event.entry.notice?.type === "rewound")
        items = markReplaced(items, event.entry.seq, event.entry.notice.toSeq);
      items.push(event.entry);
    } else if (event.entry.seq > last) {
      hasGap = true;
    }
  }
  if (!items && hasGap === window.hasGap) return window;
  return { ...window, items: items ?? window.items, hasGap };
}

/** Marks them as the store returns them from now on (TU10). Entries replaced earlier keep their own mark. */
function markReplaced(items: readonly Entry[], bySeq: number, toSeq: number): Entry[] {
  return items.map((entry) =>
    entry.seq > toSeq && entry.replacedBy === undefined ? { ...entry, replacedBy: bySeq } : entry,
  );
}

/** Adds older entries before the window, except those that it already has. */
export function prependEntries(window: EntryWindow, older: readonly Entry[], isStart: boolean): EntryWindow {
  const first = window.items[0]?.seq ?? Number.POSITIVE_INFINITY;
  const fresh = older.filter((entry) => entry.seq < first);
  return {
    ...window,
    items: fresh.length === 0 ? window.items : [...fresh, ...window.items],
    atStart: window.atStart || isStart,
  };
}

/** Returns the messages that wait in one mailbox, in the order they will be taken (MB3). */
export function foldMailbox(waiting: readonly Message[], events: readonly Event[]): readonly Message[] {
  let next = waiting;
  for (const event of events) {
    if (event.type !== "message.changed") continue;
    const { message } = event;
    const rest = next.filter(({ id }) => id !== message.id);
    if (message.state === "queued") next = [...rest, message].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
    else if (rest.length !== next.length) next = rest;
  }
  return next;
}

/** Returns the session's open turn; null when none is open. */
export function foldTurn(turn: Turn | null, events: readonly Event[]): Turn | null {
  let next = turn;
  for (const event of events) {
    if (event.type !== "turn.changed") continue;
    const isOpen = event.turn.state === "running" || event.turn.state === "waiting";
    if (isOpen) next = event.turn;
    else if (next?.id === event.turn.id) next = null;
  }
  return next;
}

/** Returns a session's turns, newest first: ids sort by time. */
export function foldTurns(turns: readonly Turn[], events: readonly Event[]): readonly Turn[] {
  let next = turns;
  for (const event of events) {
    if (event.type !== "turn.changed") continue;
    const at = next.findIndex(({ id }) => id <= event.turn.id);
    const isKnown = next[at]?.id === event.turn.id;
    const place = at < 0 ? next.length : at;
    next = [...next.slice(0, place), event.turn, ...next.slice(isKnown ? place + 1 : place)];
  }
  return next;
}

/** Groups the events of transcripts, mailboxes and turns by session. */
export function eventsBySession(events: readonly Event[]): ReadonlyMap<SessionId, readonly Event[]> {
  const bySession = new Map<SessionId, Event[]>();
  for (const event of events) {
    const sessionId = sessionOf(event);
    if (!sessionId) continue;
    const list = bySession.get(sessionId);
    if (list) list.push(event);
    else bySession.set(sessionId, [event]);
  }
  return bySession;
}

function sessionOf(event: Event): SessionId | null {
  if (event.type === "entry.created") return event.entry.sessionId;
  if (event.type === "message.changed") return event.message.sessionId;
  if (event.type === "turn.changed") return event.turn.sessionId;
  return null;
}
