/**
 * Defines the reads of the page, as react-query options. Events keep what was read up to date, so nothing goes stale by
 * time; a read that raced with events folds those events in before it is shown. `reset` invalidates everything.
 */
import type { CoreClient } from "@reef/client/core-client";
import type { Ask } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { AskId, BotId, SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type { Session, SessionCounts } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import {
  type EntryWindow,
  eventsBySession,
  foldAsks,
  foldBots,
  foldEntries,
  foldMailbox,
  foldSessions,
  foldTopics,
  indexSessions,
  prependEntries,
  type SessionIndex,
} from "./cache.ts";

export const queryKeys = {
  status: ["status"] as const,
  bots: ["bots"] as const,
  topics: ["topics"] as const,
  sessions: ["sessions"] as const,
  sessionCounts: ["session-counts"] as const,
  asks: ["asks"] as const,
  /** Models and providers have several reads each; their keys begin with one of these. */
  models: ["models"] as const,
  providers: ["providers"] as const,
  entries: (sessionId: SessionId) => ["entries", sessionId] as const,
  mailbox: (sessionId: SessionId) => ["mailbox", sessionId] as const,
  turn: (sessionId: SessionId) => ["turn", sessionId] as const,
  turns: (sessionId: SessionId) => ["turns", sessionId] as const,
};

/** Newest entries read when a session opens: a screenful or two, so that opening costs the same at any length. */
export const openingEntries = 60;
const olderEntries = 100;
const listPage = 1000;
/** Small, so that a slow line has something to show soon. */
const firstPage = 100;

export interface ReadContext {
  readonly client: CoreClient;
  readonly queryClient: QueryClient;
  /** Marks the moment a read begins; the function it returns gives the events that arrived since. */
  readonly eventsFromHere: () => () => readonly Event[];
  /** Resolves when events arrive, or when waiting for that has taken too long. */
  readonly whenSubscribed: () => Promise<void>;
  /** The begin of the list, requested before the page was drawn; null without that request, or after its failure. */
  readonly listAhead?: Promise<ListStart | null>;
}

/** What the list shows first: the sessions that need a person, and how many there are of each kind. */
export interface ListStart {
  readonly needs: readonly Session[];
  readonly counts: SessionCounts;
}

/** Options of every read: events keep it up to date. */
export const kept = { staleTime: Number.POSITIVE_INFINITY, structuralSharing: false } as const;

export function statusQuery({ client }: ReadContext) {
  return queryOptions({ queryKey: queryKeys.status, queryFn: () => client.status(), ...kept });
}

export function botsQuery(context: ReadContext) {
  return queryOptions({
    queryKey: queryKeys.bots,
    queryFn: async (): Promise<ReadonlyMap<BotId, Bot>> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      const bots = await readAll((cursor) => context.client.bots({ cursor, limit: listPage }));
      return foldBots(new Map(bots.map((bot) => [bot.id, bot])), since());
    },
    ...kept,
  });
}

export function topicsQuery(context: ReadContext) {
  return queryOptions({
    queryKey: queryKeys.topics,
    queryFn: async (): Promise<readonly Topic[]> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      return foldTopics(await readAll((cursor) => context.client.topics({ cursor, limit: listPage })), since());
    },
    ...kept,
  });
}

/**
 * Reads the sessions that need a person first and alone, without waiting for the socket; then newest activity first,
 * page by page, each shown as it comes.
 */
export function sessionsQuery(context: ReadContext) {
  return queryOptions({
    queryKey: queryKeys.sessions,
    queryFn: async (): Promise<SessionIndex> => {
      const before = context.queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
      const sessions: Session[] = [];
      let since: () => readonly Event[] = () => [];
      const shown = (isWhole: boolean): SessionIndex => {
        const index = foldSessions({ ...indexSessions(sessions), isWhole }, since());
        // Must exceed the current value: events and single sessions raise it too, and an equal one would not be drawn.
        const now = context.queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
        return { ...index, shape: (now?.shape ?? 0) + 1, states: (now?.states ?? 0) + 1 };
      };
      const showPart = (): void => {
        if (!before?.isWhole) context.queryClient.setQueryData(queryKeys.sessions, shown(false));
      };
      if (!before?.isWhole) {
        // Both are small, and the rest fills a slow line for seconds.
        const { needs, counts } = (await context.listAhead) ?? (await readListStart(context.client));
        context.queryClient.setQueryData<SessionCounts>(queryKeys.sessionCounts, (known) => known ?? counts);
        sessions.push(...needs);
        showPart();
      }
      await context.whenSubscribed();
      since = context.eventsFromHere();
      sessions.length = before?.isWhole ? 0 : sessions.length;
      const asked = sessions.length;
      await readAll(async (cursor) => {
        const page = await context.client.sessions({ cursor, limit: cursor === null ? firstPage : listPage });
        sessions.push(...page.items);
        if (page.next !== null) showPart();
        return page;
      });
      // They have been read again by now, or answered since.
      sessions.splice(0, asked);
      return shown(true);
    },
    ...kept,
  });
}

export async function readListStart(client: CoreClient): Promise<ListStart> {
  const read = (status: Session["status"]) => readAll((cursor) => client.sessions({ status, cursor, limit: 200 }));
  const [asking, outOfBudget, counts] = await Promise.all([
    read("needs_you"),
    read("out_of_budget"),
    client.sessionCounts(),
  ]);
  // Those that only wait for the same budget as another session need no answer of their own.
  return { needs: [...asking, ...outOfBudget.filter(({ openAsks }) => openAsks > 0)], counts };
}

/** Counts until all sessions are read: after that the counts come from them. */
export function sessionCountsQuery(context: ReadContext) {
  return queryOptions({
    queryKey: queryKeys.sessionCounts,
    queryFn: () => context.client.sessionCounts(),
    ...kept,
  });
}

export function asksQuery(context: ReadContext) {
  return queryOptions({
    queryKey: queryKeys.asks,
    queryFn: async (): Promise<ReadonlyMap<AskId, Ask>> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      const asks = await readAll((cursor) => context.client.asks({ state: "open", cursor, limit: listPage }));
      return foldAsks(new Map(asks.map((ask) => [ask.id, ask])), since());
    },
    ...kept,
  });
}

export function entriesQuery(context: ReadContext, sessionId: SessionId) {
  return queryOptions({
    queryKey: queryKeys.entries(sessionId),
    queryFn: async (): Promise<EntryWindow> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      const before = context.queryClient.getQueryData<EntryWindow>(queryKeys.entries(sessionId));
      const window = await readWindow({ client: context.client, sessionId, before });
      return foldEntries(window, eventsOf(since(), sessionId));
    },
    ...kept,
    gcTime: 10 * 60_000,
  });
}

export function mailboxQuery(context: ReadContext, sessionId: SessionId) {
  return queryOptions({
    queryKey: queryKeys.mailbox(sessionId),
    queryFn: async (): Promise<readonly Message[]> => {
      await context.whenSubscribed();
      const since = context.eventsFromHere();
      if (listedSession(context, sessionId)?.queued === 0) return [];
      const waiting = await readAll((cursor) =>
        context.client.messages({ state: "queued", sessionId, cursor, limit: listPage }),
      );
      return foldMailbox([], [...waiting.map(messageToEvent), ...eventsOf(since(), sessionId)]);
    },
    ...kept,
  });
}

/**
 * Returns the session as the list has it. Events keep it up to date in the same batch as a mailbox or a turn, so that
 * what it says is empty need not be read.
 */
export function listedSession({ queryClient }: ReadContext, sessionId: SessionId): Session | undefined {
  const list = queryClient.getQueryState<SessionIndex>(queryKeys.sessions);
  // While the list itself is being read again, it may be older than the events.
  if (!list || list.isInvalidated || list.fetchStatus !== "idle") return undefined;
  return list.data?.byId.get(sessionId);
}

/** Reads the page before the window. Safe to call again while it runs: entries are never doubled. */
export async function loadOlder(context: ReadContext, sessionId: SessionId): Promise<void> {
  const key = queryKeys.entries(sessionId);
  const first = context.queryClient.getQueryData<EntryWindow>(key)?.items[0]?.seq;
  if (first === undefined || first <= 1) return;
  const { items: older } = await context.client.entries(sessionId, { before: first, limit: olderEntries });
  const isStart = older.length < olderEntries || older[0]?.seq === 1;
  context.queryClient.setQueryData<EntryWindow>(key, (window) => window && prependEntries(window, older, isStart));
}

/** Reads everything from the entry with this number up to the window, and shows it in one go. */
export async function loadThrough(
  context: ReadContext,
  { sessionId, seq }: { readonly sessionId: SessionId; readonly seq: number },
): Promise<void> {
  const key = queryKeys.entries(sessionId);
  const first = context.queryClient.getQueryData<EntryWindow>(key)?.items[0]?.seq;
  if (first === undefined || first <= seq) return;
  const older: Entry[] = [];
  for (let before = first; before > Math.max(1, seq); before = older[0]?.seq ?? 1) {
    const { items } = await context.client.entries(sessionId, { before, limit: listPage });
    if (items.length === 0) break;
    older.unshift(...items);
  }
  const isStart = (older[0]?.seq ?? 1) === 1;
  context.queryClient.setQueryData<EntryWindow>(key, (window) => window && prependEntries(window, older, isStart));
}

/** Reads the newest entries; when some are loaded already and the gap is small, only those after them. */
async function readWindow({
  client,
  sessionId,
  before,
}: {
  readonly client: CoreClient;
  readonly sessionId: SessionId;
  readonly before: EntryWindow | undefined;
}): Promise<EntryWindow> {
  const last = before?.items.at(-1)?.seq;
  if (before && last !== undefined) {
    const { items: after } = await client.entries(sessionId, { after: last, limit: listPage });
    if (after.length < listPage) return { ...before, items: [...before.items, ...after], hasGap: false };
  }
  const { items } = await client.entries(sessionId, { limit: openingEntries });
  return { items, atStart: items.length < openingEntries || items[0]?.seq === 1, hasGap: false };
}

export function eventsOf(events: readonly Event[], sessionId: SessionId): readonly Event[] {
  return eventsBySession(events).get(sessionId) ?? [];
}

function messageToEvent(message: Message): Event {
  return { type: "message.changed", seq: 0, at: message.receipts.acceptedAt, message };
}

async function readAll<Item>(read: (cursor: string | null) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of eachPage(read)) items.push(...page);
  return items;
}
