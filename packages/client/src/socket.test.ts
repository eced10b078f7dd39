import type { Event } from "@reef/protocol/event";
import type { ServerFrame } from "@reef/protocol/socket";
import { expect, test } from "vitest";
import { backoffMs, type ClientClock } from "./clock.ts";
import { connectSocket, type SocketEvent, type SocketState, type WebSocketLike } from "./socket.ts";

type Listener = (event: SocketEvent) => void;

/** The far end of a connection, played by the test. */
class FarEnd implements WebSocketLike {
  readonly url: string;
  readonly sent: unknown[] = [];
  isClosed = false;
  readyState = 1;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  say(frame: ServerFrame): void {
    this.emit("message", { data: JSON.stringify(frame) });
  }

  emit(type: string, event: { readonly data?: unknown } = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event });
  }
}

/** A clock whose waits end when the test advances it. */
function manualClock() {
  let nowMs = 0;
  const waits: { readonly atMs: number; readonly done: () => void }[] = [];
  const clock: ClientClock = {
    now: () => nowMs,
    random: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        waits.push({ atMs: nowMs + ms, done: resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    clock,
    settle,
    /** Lets time pass without any timer, as on a machine that sleeps. */
    jump(ms: number) {
      nowMs += ms;
    },
    async advance(ms: number) {
      const endMs = nowMs + ms;
      for (;;) {
        await settle();
        const due = waits.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        waits.splice(waits.indexOf(due), 1);
        nowMs = Math.max(nowMs, due.atMs);
        due.done();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

function event(seq: number): ServerFrame {
  return { type: "event", event: { seq, type: "bot.deleted" } as unknown as Event };
}

async function connect(after: number) {
  const time = manualClock();
  const ends: FarEnd[] = [];
  const seen: (number | string)[] = [];
  const states: SocketState[] = [];
  const socket = connectSocket({
    baseUrl: "http://reef.test",
    after,
    clock: time.clock,
    webSocket: (url) => {
      const end = new FarEnd(url);
      ends.push(end);
      return end;
    },
    onEvent: ({ seq }) => seen.push(seq),
    onReset: ({ seq }) => seen.push(`reset ${seq}`),
    onState: (state) => states.push(state),
  });
  const open = async (seq: number) => {
    await time.settle();
    const end = ends.at(-1)!;
    end.emit("open");
    end.say({ type: "welcome", seq, version: "1" });
    return end;
  };
  return { time, ends, seen, states, socket, open };
}

test("SY2: a broken connection resumes after the last event seen, and an event that comes again is dropped", async () => {
  const { socket, open, time, seen, states, ends } = await connect(5);
  const first = await open(9);
  expect(first.url).toBe("ws://reef.test/v1/socket");
  expect(first.sent[0]).toEqual({ type: "hello", after: 5 });
  for (const seq of [6, 7, 8]) first.say(event(seq));
  first.emit("close");
  await time.advance(2_000);
  const second = await open(10);
  expect(second.sent[0]).toEqual({ type: "hello", after: 8 });
  for (const seq of [8, 9, 10]) second.say(event(seq));
  expect(seen).toEqual([6, 7, 8, 9, 10]);
  expect(states).toEqual(["connecting", "open", "reconnecting", "open"]);
  expect(ends).toHaveLength(2);
  socket.close();
});

test("SY2: what an old connection still says after its end is not heard", async () => {
  const { socket, open, time, seen } = await connect(0);
  const first = await open(2);
  first.emit("close");
  first.say(event(1));
  await time.advance(2_000);
  const second = await open(2);
  second.say(event(1));
  first.say(event(2));
  expect(seen).toEqual([1]);
  socket.close();
});

test("SY2: from now on means from the welcome on, also after a reconnect without any event", async () => {
  const { socket, open, time } = await connect(-1);
  const first = await open(41);
  expect(socket.lastSeq).toBe(41);
  first.emit("close");
  await time.advance(2_000);
  expect((await open(50)).sent[0]).toEqual({ type: "hello", after: 41 });
  socket.close();
});

test("SY2: after a reset the position is the server's, also when that is further back", async () => {
  const { socket, open, seen } = await connect(900);
  const end = await open(10);
  end.say({ type: "reset", seq: 10, reason: "another store" });
  end.say(event(11));
  expect(seen).toEqual(["reset 10", 11]);
  socket.close();
});

test("a server that leaves a ping unanswered is given up within 12 s, one that answers is kept", async () => {
  const { socket, open, time, states } = await connect(0);
  const end = await open(0);
  for (let n = 0; n < 30; n++) {
    await time.advance(4_500);
    if (end.sent.some((frame) => (frame as { type: string }).type === "ping")) end.say({ type: "pong" });
  }
  expect(end.sent).toContainEqual({ type: "ping" });
  expect(states.at(-1)).toBe("open");
  await time.advance(12_000);
  expect(states.at(-1)).toBe("reconnecting");
  expect(end.isClosed).toBe(true);
  socket.close();
});

test("a page whose timers come late gives nobody up who has answered meanwhile", async () => {
  const { socket, open, time, states } = await connect(0);
  const end = await open(0);
  time.jump(3_600_000);
  await time.advance(1_000);
  expect(end.sent).toContainEqual({ type: "ping" });
  end.say({ type: "pong" });
  await time.advance(1_000);
  expect(states).toEqual(["connecting", "open"]);
  socket.close();
});

test("a page that comes back asks at once: a dead connection is given up in 3 s, a living one is kept", async () => {
  const { socket, open, time, states, ends } = await connect(0);
  const end = await open(0);
  socket.checkNow();
  end.say({ type: "pong" });
  await time.advance(3_900);
  expect(states.at(-1)).toBe("open");
  socket.checkNow();
  await time.advance(4_000);
  expect(states).toContain("reconnecting");
  expect(end.isClosed).toBe(true);
  // A connection attempt that hangs is replaced as well, and a wait between two attempts ends.
  const before = ends.length;
  socket.checkNow();
  await time.advance(4_000);
  expect(ends.length).toBeGreaterThan(before);
  socket.close();
});

test("nothing is sent on a connection that is closing: a browser would write an error to its console", async () => {
  const { socket, open } = await connect(0);
  const end = await open(0);
  const sent = end.sent.length;
  end.readyState = 2;
  socket.checkNow();
  expect(end.sent).toHaveLength(sent);
  socket.close();
});

test("a server that accepts and never welcomes is given up", async () => {
  const { socket, time, ends } = await connect(0);
  await time.advance(9_000);
  expect(ends).toHaveLength(1);
  await time.advance(5_000);
  expect(ends[0]?.isClosed).toBe(true);
  expect(ends).toHaveLength(2);
  socket.close();
});

test("attempts come less and less often, and at once when the network is known to be back", async () => {
  const { socket, time, ends } = await connect(0);
  for (let n = 0; n < 12; n++) {
    await time.settle();
    ends.at(-1)!.emit("error");
    await time.advance(5_000);
  }
  expect(ends).toHaveLength(13);
  await time.settle();
  ends.at(-1)!.emit("error");
  await time.settle();
  socket.reconnectNow();
  await time.settle();
  expect(ends).toHaveLength(14);
  socket.close();
});

test("closed is closed: no attempt follows", async () => {
  const { socket, open, time, ends, states } = await connect(0);
  const end = await open(0);
  socket.close();
  await time.advance(120_000);
  expect(end.isClosed).toBe(true);
  expect(ends).toHaveLength(1);
  expect(states.at(-1)).toBe("closed");
});

test("delays double up to their limit, and chance moves them by half", () => {
  const range = { baseMs: 100, maxMs: 1000 };
  expect([0, 1, 2, 9].map((attempt) => backoffMs(attempt, { ...range, random: 0 }))).toEqual([50, 100, 200, 500]);
  expect(backoffMs(0, { ...range, random: 0.999 })).toBeCloseTo(100, 0);
});
