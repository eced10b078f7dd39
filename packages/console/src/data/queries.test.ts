import type { Client } from "@reef/client/client";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { turnQuery } from "../features/turn/turn-queries.ts";
import { entryCreated, makeEntry, makeSession, sessionChanged, sessionId } from "../testing/nouns.ts";
import { applyEvents } from "./apply-events.ts";
import type { EntryWindow, SessionIndex } from "./cache.ts";
import {
  entriesQuery,
  loadOlder,
  mailboxQuery,
  openingEntries,
  queryKeys,
  type ReadContext,
  sessionsQuery,
} from "./queries.ts";

const id = sessionId("a");

/** A server's transcript of `length` entries, and the events that arrive while it is read. */
function contextOf({ length = 0, during = [] }: { readonly length?: number; readonly during?: readonly Event[] }) {
  const transcript: Entry[] = Array.from({ length }, (_, index) => makeEntry(index + 1));
  const queryClient = new QueryClient();
  const client = {
    sessions: async () => ({ items: [makeSession("a", { title: "as read" })], next: null }),
    sessionCounts: async () => ({ total: 1 }),
    entries: async (
      _id: string,
      { before, after, limit = 100 }: { before?: number; after?: number; limit?: number },
    ) => {
      if (after !== undefined)
        return { items: transcript.filter(({ seq }) => seq > after).slice(0, limit), next: null };
      return { items: transcript.filter(({ seq }) => before === undefined || seq < before).slice(-limit), next: null };
    },
  } as unknown as Client;
  const context: ReadContext = {
    client,
    queryClient,
    eventsFromHere: () => () => during,
    whenSubscribed: async () => undefined,
  };
  const shown = () => queryClient.getQueryData<EntryWindow>(queryKeys.entries(id))?.items.map(({ seq }) => seq) ?? [];
  return { context, queryClient, transcript, shown };
}

test("SY2: a session that changed while the list was read is shown as it is now", async () => {
  const event = sessionChanged(5, makeSession("a", { title: "as it is now" }));
  const { context, queryClient } = contextOf({ during: [event] });
  const index = await queryClient.fetchQuery(sessionsQuery(context));
  expect(index.byId.get(id)?.title).toBe("as it is now");
});

test("SY4: what needs a person is there first, is not the whole, and every part that comes is drawn", async () => {
  const { context, queryClient } = contextOf({});
  const pages = [
    { items: [makeSession("a"), makeSession("b")], next: "more" },
    { items: [makeSession("c")], next: null },
  ];
  const seen: SessionIndex[] = [];
  const client = {
    sessions: async ({ status, cursor }: { status?: string; cursor: string | null }) => {
      const index = queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
      if (index) seen.push(index);
      if (status === "needs_you") return { items: [makeSession("a", { openAsks: 1 })], next: null };
      // Between two parts, a session on screen joins the list, which raises its shape by itself.
      applyEvents(queryClient, [sessionChanged(1, makeSession("z"))]);
      return pages[cursor === null ? 0 : 1];
    },
    sessionCounts: async () => ({ total: 3 }),
  } as unknown as Client;
  const whole = await queryClient.fetchQuery(sessionsQuery({ ...context, client }));
  const all = [...seen, whole];
  expect(all.map(({ isWhole }) => isWhole)).toEqual([false, false, true]);
  expect(all.map(({ byId }) => [...byId.values()].map(({ title }) => title).join(""))).toEqual(["a", "ab", "abc"]);
  const shapes = all.map(({ shape }) => shape);
  expect(new Set(shapes).size).toBe(shapes.length);
  expect(shapes).toEqual(shapes.toSorted((a, b) => a - b));
  expect(queryClient.getQueryData(queryKeys.sessionCounts)).toEqual({ total: 3 });
});

test("SY2: an entry that came while the transcript was read is neither lost nor doubled", async () => {
  const during = [entryCreated(7, makeEntry(3)), entryCreated(8, makeEntry(4))];
  const { context, queryClient, shown } = contextOf({ length: 3, during });
  await queryClient.fetchQuery(entriesQuery(context, id));
  expect(shown()).toEqual([1, 2, 3, 4]);
});

test("a transcript opens at its end, and reads older pages without doubling", async () => {
  const { context, queryClient, shown } = contextOf({ length: 300 });
  await queryClient.fetchQuery(entriesQuery(context, id));
  expect(shown()).toHaveLength(openingEntries);
  expect(shown().at(-1)).toBe(300);
  await Promise.all([loadOlder(context, id), loadOlder(context, id)]);
  expect(shown()[0]).toBe(141);
  expect(new Set(shown()).size).toBe(shown().length);
  await loadOlder(context, id);
  await loadOlder(context, id);
  expect(shown()).toHaveLength(300);
  expect(queryClient.getQueryData<EntryWindow>(queryKeys.entries(id))?.atStart).toBe(true);
});

test("SY2: after a gap only what is missing is read, and the hole is closed", async () => {
  const { context, queryClient, transcript, shown } = contextOf({ length: 100 });
  await queryClient.fetchQuery(entriesQuery(context, id));
  transcript.push(makeEntry(101), makeEntry(102));
  expect(applyEvents(queryClient, [entryCreated(9, makeEntry(102))])).toEqual([id]);
  await queryClient.fetchQuery({ ...entriesQuery(context, id), staleTime: 0 });
  expect(shown()).toEqual(Array.from({ length: 62 }, (_, index) => 41 + index));
});

test("an empty mailbox and a closed turn are not asked for, except while the list itself is read again", async () => {
  const { context, queryClient } = contextOf({});
  const asked: string[] = [];
  Object.assign(context.client, {
    sessions: async () => ({ items: [makeSession("a", { queued: 0, turnId: null })], next: null }),
    messages: async () => {
      asked.push("messages");
      return { items: [], next: null };
    },
    turnsOfSession: async () => {
      asked.push("turns");
      return { items: [], next: null };
    },
  });
  const read = async () => {
    await queryClient.fetchQuery({ ...mailboxQuery(context, id), staleTime: 0 });
    await queryClient.fetchQuery({ ...turnQuery(context, id), staleTime: 0 });
  };
  await queryClient.fetchQuery(sessionsQuery(context));
  await read();
  expect(asked).toEqual([]);
  await queryClient.invalidateQueries({ queryKey: queryKeys.sessions });
  await read();
  expect(asked).toEqual(["messages", "turns"]);
});
