import type { Client } from "@reef/client/client";
import type { SocketOptions } from "@reef/client/socket";
import type { Delta } from "@reef/protocol/socket";
import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { entryCreated, makeEntry, sessionId, turnId } from "../testing/nouns.ts";
import type { EntryWindow } from "./cache.ts";
import { Live } from "./live.ts";
import { queryKeys } from "./queries.ts";

const id = sessionId("a");

/** A page whose frames are painted by hand. */
function openPage({ isOnline = () => true }: { readonly isOnline?: () => boolean } = {}) {
  const queryClient = new QueryClient();
  const frames: (() => void)[] = [];
  const socket: SocketOptions[] = [];
  const live = new Live({
    client: {} as Client,
    queryClient,
    baseUrl: "http://127.0.0.1",
    nextFrame: (run) => frames.push(run),
    network: new EventTarget(),
    isOnline,
    connect: (options) => {
      socket.push(options);
      return {
        state: "open",
        lastSeq: 0,
        heardAtMs: null,
        reconnectNow: () => undefined,
        checkNow: () => undefined,
        close: () => undefined,
      };
    },
  });
  queryClient.setQueryData<EntryWindow>(queryKeys.entries(id), { items: [], atStart: true, hasGap: false });
  return {
    live,
    queryClient,
    socket: socket[0]!,
    paint: () => {
      for (const frame of frames.splice(0)) frame();
      const entries = queryClient.getQueryData<EntryWindow>(queryKeys.entries(id))?.items.map(({ text }) => text) ?? [];
      return [...entries, ...[...live.texts.get().values()].map(({ text }) => text)];
    },
  };
}

const delta = (offset: number, text: string): Delta => ({
  type: "delta",
  sessionId: id,
  turnId: turnId("1"),
  step: 1,
  offset,
  text,
});

test("TU8: an answer's text is on the page once in every frame, while it is written and when it is whole", () => {
  using page = disposable(openPage());
  page.socket.onDelta?.(delta(0, "Hello"));
  expect(page.paint()).toEqual(["Hello"]);
  page.socket.onDelta?.(delta(5, " reef"));
  page.socket.onEvent(entryCreated(1, makeEntry(1, { text: "Hello reef" })));
  expect(page.paint()).toEqual(["Hello reef"]);
});

test("TU8: a reconnect repeats the text from its start, and not a word is doubled", () => {
  using page = disposable(openPage());
  page.socket.onDelta?.(delta(0, "Hello re"));
  page.paint();
  page.socket.onState?.("reconnecting");
  page.socket.onState?.("open");
  page.socket.onDelta?.(delta(0, "Hello reef and"));
  expect(page.paint()).toEqual(["Hello reef and"]);
});

test("SY2: a reset forgets live text and has everything on screen read again", () => {
  using page = disposable(openPage());
  page.socket.onDelta?.(delta(0, "old"));
  page.paint();
  page.socket.onReset({ seq: 900, reason: "too far behind" });
  expect(page.paint()).toEqual([]);
  expect(page.queryClient.getQueryData(queryKeys.entries(id))).toBeUndefined();
});

test("a running call's newest words are on the page until its result is, also after a reconnect", () => {
  using page = disposable(openPage());
  const report = (text: string) => ({ type: "call" as const, sessionId: id, turnId: turnId("1"), callId: "c", text });
  const shown = () => [...page.live.reports.get().values()].map(({ text }) => text);
  page.socket.onCall?.(report("one"));
  page.socket.onState?.("reconnecting");
  page.socket.onState?.("open");
  page.socket.onCall?.(report("one two"));
  page.paint();
  expect(shown()).toEqual(["one two"]);
  const result = { kind: "tool_result" as const, turnId: turnId("1"), tool: { callId: "c", name: "command_run" } };
  page.socket.onEvent(entryCreated(1, makeEntry(1, result)));
  page.paint();
  expect(shown()).toEqual([]);
});

test("SY2: a read is given every event since its start, however many frames pass", () => {
  using page = disposable(openPage());
  page.socket.onEvent(entryCreated(1, makeEntry(1)));
  const since = page.live.readContext.eventsFromHere();
  page.socket.onEvent(entryCreated(2, makeEntry(2)));
  page.paint();
  page.socket.onEvent(entryCreated(3, makeEntry(3)));
  expect(since().map(({ seq }) => seq)).toEqual([2, 3]);
});

test("a drop is told when it has lasted five seconds, and its end at once", () => {
  vi.useFakeTimers();
  try {
    using page = disposable(openPage());
    page.socket.onState?.("open");
    page.socket.onState?.("reconnecting");
    vi.advanceTimersByTime(4_400);
    expect(page.live.connection.get()).toBe("open");
    vi.advanceTimersByTime(1_200);
    expect(page.live.connection.get()).toBe("reconnecting");
    page.socket.onState?.("open");
    expect(page.live.connection.get()).toBe("open");
    vi.advanceTimersByTime(10_000);
    expect(page.live.connection.get()).toBe("open");
  } finally {
    vi.useRealTimers();
  }
});

test("without a network a drop is told plainly and at once; without a drop it is none", () => {
  vi.useFakeTimers();
  try {
    using page = disposable(openPage({ isOnline: () => false }));
    page.socket.onState?.("open");
    vi.advanceTimersByTime(10_000);
    expect(page.live.connection.get()).toBe("open");
    page.socket.onState?.("reconnecting");
    vi.advanceTimersByTime(600);
    expect(page.live.connection.get()).toBe("offline");
  } finally {
    vi.useRealTimers();
  }
});

function disposable<Page extends { readonly live: Live }>(page: Page): Page & Disposable {
  return Object.assign(page, { [Symbol.dispose]: () => page.live[Symbol.dispose]() });
}
