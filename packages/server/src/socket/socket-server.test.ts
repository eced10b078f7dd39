import { rm } from "node:fs/promises";
import { applyDelta, applyEvent, noLiveTexts } from "@reef/client/live-text";
import { createGate } from "@reef/engine/testing/harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Event } from "@reef/protocol/event";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { makeFolder, type Served, serve, until } from "../testing/serve.ts";

const ignore = () => undefined;

test("SY2: a client that stays on over a restart of the server gets every event once, in order", async () => {
  const folder = await makeFolder();
  let reef: Served = await serve({ folder });
  const seen: Event[] = [];
  const states: string[] = [];
  // The restarted server has another port: the client asks for the address at each attempt.
  const socket = reef.connect({
    after: 0,
    onEvent: (event) => seen.push(event),
    onReset: () => states.push("reset"),
    onState: (state) => states.push(state),
    webSocket: () =>
      new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
        headers: { authorization: `Bearer ${reef.server.token}` },
      }),
  });
  const session = await reef.newSession("restart");
  await reef.client.sendMessage(session.id, { text: "before" });
  await until(() => socket.state === "open" && seen.length > 3);
  await reef[Symbol.asyncDispose]();
  await until(() => socket.state === "reconnecting");
  reef = await serve({ folder });
  await reef.client.sendMessage(session.id, { text: "after" });
  await until(async () => (await reef.client.session(session.id)).lastSeq === 4);
  const { last } = await reef.server.store.read.eventBounds();
  await until(() => seen.at(-1)?.seq === last);
  expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
  expect(seen).toEqual(await reef.server.store.read.events(0, 10_000));
  expect(states).toEqual(["connecting", "open", "reconnecting", "open"]);
  socket.close();
  await reef[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("TU8: clients that come at any moment of an answer see its text whole, and its entry instead once it is there", async () => {
  const gates = [createGate(), createGate(), createGate()] as const;
  await using reef = await serve({
    script: async function* () {
      for (const [n, gate] of gates.entries()) {
        yield { type: "delta", text: `part ${n} ` };
        await gate.opened;
      }
      yield answer("part 0 part 1 part 2 ");
    },
  });
  const watch = () => {
    const state = { texts: noLiveTexts, wasWrong: false, entries: 0 };
    const whole = "part 0 part 1 part 2 ";
    const socket = reef.connect({
      after: -1,
      onReset: ignore,
      onDelta: (delta) => {
        state.texts = applyDelta(state.texts, delta);
        for (const { text } of state.texts.values()) state.wasWrong ||= !whole.startsWith(text);
      },
      onEvent: (event) => {
        state.texts = applyEvent(state.texts, event);
        if (event.type === "entry.created" && event.entry.kind === "bot") state.entries++;
      },
    });
    return { state, socket, text: () => [...state.texts.values()][0]?.text };
  };
  const session = await reef.newSession("live");
  const clients = [watch()];
  await until(() => clients[0]!.socket.state === "open");
  await reef.client.sendMessage(session.id, { text: "go" });
  const told = ["part 0 ", "part 0 part 1 ", "part 0 part 1 part 2 "];
  for (const [n, gate] of gates.entries()) {
    clients.push(watch());
    await until(() => clients.every(({ text }) => text() === told[n]));
    gate.open();
  }
  await until(() => clients.every(({ state }) => state.entries === 1));
  for (const { state, socket } of clients) {
    expect(state.texts.size).toBe(0);
    expect(state.wasWrong).toBe(false);
    socket.close();
  }
});

test("SY3: a client that does not read is reset to the newest event, and the server keeps little for it", async () => {
  await using reef = await serve({ socketLimits: { highWaterBytes: 50_000 } });
  const bot = await reef.client.createBot({ name: "loud" });
  const frames: { type: string; seq?: number; event?: Event }[] = [];
  const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
    headers: { authorization: `Bearer ${reef.server.token}` },
  });
  socket.on("message", (data) => frames.push(JSON.parse(data.toString())));
  await new Promise((resolve) => socket.on("open", resolve));
  socket.send(JSON.stringify({ type: "hello", after: -1 }));
  await until(() => frames.some(({ type }) => type === "welcome"));
  socket.pause();
  // More than the kernel's buffers, the ring and the high water mark hold together.
  const instructions = "x".repeat(190_000);
  for (let n = 0; n < 150; n++) await reef.client.changeBot(bot.id, { instructions, role: `role ${n}` });
  socket.resume();
  await until(() => frames.some(({ type }) => type === "reset"));
  await reef.client.changeBot(bot.id, { role: "the last" });
  const { last } = await reef.server.store.read.eventBounds();
  await until(() => frames.at(-1)?.event?.seq === last);
  const reset = frames.findIndex(({ type }) => type === "reset");
  const before = frames.slice(1, reset).map(({ event }) => event?.seq ?? 0);
  expect(before).toEqual(Array.from({ length: before.length }, (_, n) => (before[0] ?? 0) + n));
  expect(before.length).toBeLessThan(150);
  const after = frames.slice(reset + 1).map(({ event }) => event?.seq);
  expect(after).toEqual(Array.from({ length: after.length }, (_, n) => (frames[reset]?.seq ?? 0) + 1 + n));
  expect(reef.server.hub.counts().resets).toBe(1);
  socket.terminate();
});

/** Sends `frames` on a new socket and returns the code it is closed with. */
function closeCode(reef: Served, ...frames: readonly (string | Buffer)[]): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
      headers: { authorization: `Bearer ${reef.server.token}` },
    });
    socket.on("open", () => {
      for (const frame of frames) socket.send(frame);
    });
    socket.on("close", resolve);
    socket.on("error", ignore);
  });
}

test("a hello without a position is one for what comes from now on", async () => {
  await using reef = await serve();
  await reef.newSession("before");
  for (const hello of [{ type: "hello" }, { type: "hello", after: null }]) {
    const frames: { readonly type: string }[] = [];
    const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
      headers: { authorization: `Bearer ${reef.server.token}` },
    });
    socket.on("open", () => socket.send(JSON.stringify(hello)));
    socket.on("message", (text) => frames.push(JSON.parse(String(text))));
    await until(() => frames.length > 0);
    await reef.newSession("after");
    await until(() => frames.length > 1);
    expect(frames.slice(0, 2)).toMatchObject([
      { type: "welcome" },
      { type: "event", event: { type: "bot.changed", bot: { name: "after" } } },
    ]);
    socket.terminate();
  }
});

test("SE7: a client that says nothing sensible is closed, and the server goes on", async () => {
  {
    await using impatient = await serve({ socketLimits: { helloMs: 50 } });
    expect(await closeCode(impatient)).toBe(1008);
  }
  await using reef = await serve();
  expect(await closeCode(reef, "{")).toBe(1008);
  expect(await closeCode(reef, JSON.stringify({ type: "hello", after: "all" }))).toBe(1008);
  expect(await closeCode(reef, JSON.stringify({ type: "hello", after: 0, extra: 1 }))).toBe(1008);
  expect(await closeCode(reef, Buffer.from("binary"))).toBe(1008);
  const hello = JSON.stringify({ type: "hello", after: 0 });
  expect(await closeCode(reef, hello, hello)).toBe(1008);
  expect(await closeCode(reef, "x".repeat(70_000))).toBe(1009);
  // The peer gets the close a moment after this.
  await until(async () => (await reef.client.status()).socketClients === 0);
});

test("a peer that does not answer pings is ended, one that does is kept", async () => {
  await using reef = await serve({ socketLimits: { pingMs: 400 } });
  const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
    headers: { authorization: `Bearer ${reef.server.token}` },
    autoPong: false,
  });
  socket.on("open", () => socket.send(JSON.stringify({ type: "hello", after: -1 })));
  const states: string[] = [];
  const alive = reef.connect({ after: -1, onEvent: ignore, onReset: ignore, onState: (state) => states.push(state) });
  await until(() => reef.server.hub.counts().clients === 2);
  socket.on("close", (code) => states.push(`closed ${code}`));
  await until(() => states.includes("closed 1006"));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(states).toEqual(["connecting", "open", "closed 1006"]);
  expect(reef.server.hub.counts().clients).toBe(1);
  alive.close();
});
