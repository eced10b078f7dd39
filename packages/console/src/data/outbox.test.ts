import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import { expect, test } from "vitest";
import { makeFile, makeMessage, sessionId } from "../testing/nouns.ts";
import { createOutbox } from "./outbox.ts";
import type { OutboxStorage } from "./outbox-storage.ts";

/** A server that is away, or refuses, until the test changes it; it keeps each arrival once under its key. */
function playServer() {
  const state = { answer: "ok" as "ok" | "away" | "cut" | "refuse" };
  const keys: string[] = [];
  const arrived = new Map<string, string>();
  const cancelled: string[] = [];
  const client = {
    sendMessage: async (_id: string, { text }: { text: string }, options: { readonly idempotencyKey: string }) => {
      keys.push(options.idempotencyKey);
      if (state.answer === "refuse") throw new AppError("not_found", "there is no such session");
      if (state.answer !== "away") arrived.set(options.idempotencyKey, text);
      if (state.answer !== "ok") throw new AppError("unavailable", "the server cannot be reached");
      return makeMessage("1");
    },
    bulkMessages: async ({ filter }: { filter: { idempotencyKey: string } }) => {
      if (state.answer === "away") throw new AppError("unavailable", "the server cannot be reached");
      cancelled.push(filter.idempotencyKey);
      return { changed: 0, unchanged: arrived.has(filter.idempotencyKey) ? 1 : 0, missing: [] };
    },
  } as unknown as Client;
  return { client, keys, arrived, cancelled, state };
}

/** Storage of a browser, which outlives a page. */
function memoryStorage(): OutboxStorage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

/** Pauses end when the test says so. */
function openPage(server: ReturnType<typeof playServer>, storage = memoryStorage()) {
  const pauses: (() => void)[] = [];
  const late: string[] = [];
  const outbox = createOutbox(server.client, {
    storage,
    pause: () => new Promise((resolve) => pauses.push(resolve)),
    onTooLate: ({ text }) => late.push(text),
  });
  const words = () => outbox.items.get().map(({ text, state }) => `${text} ${state}`);
  const endPauses = (): void => {
    for (const end of pauses.splice(0)) end();
  };
  return { outbox, storage, late, words, endPauses };
}

const message = { sessionId: sessionId("a"), text: "hello", mode: "queue" } as const;

test("MB2: what the server was away for waits, and is sent again by itself under its key", async () => {
  const server = playServer();
  const { outbox, words, endPauses } = openPage(server);
  server.state.answer = "away";
  await outbox.send(message);
  expect(words()).toEqual(["hello waiting"]);
  server.state.answer = "ok";
  endPauses();
  await expect.poll(words).toEqual(["hello accepted"]);
  expect(new Set(server.keys).size).toBe(1);
});

test("MB3: what is written while one waits goes behind it, and all arrive in their order when the server is back", async () => {
  const server = playServer();
  const { outbox, words } = openPage(server);
  server.state.answer = "away";
  await outbox.send(message);
  await outbox.send({ ...message, text: "two" });
  await outbox.send({ ...message, text: "three" });
  expect(words()).toEqual(["hello waiting", "two waiting", "three waiting"]);
  expect(new Set(server.keys).size).toBe(1);
  server.state.answer = "ok";
  outbox.resume();
  await expect.poll(words).toEqual(["hello accepted", "two accepted", "three accepted"]);
  expect([...server.arrived.values()]).toEqual(["hello", "two", "three"]);
});

test("MB2: after a reload, and from two pages, what waited arrives once and in order, also when only its answer was lost", async () => {
  const server = playServer();
  const storage = memoryStorage();
  const first = openPage(server, storage);
  server.state.answer = "cut";
  await first.outbox.send(message);
  server.state.answer = "away";
  await first.outbox.send({ ...message, text: "two" });
  const [second, third] = [openPage(server, storage), openPage(server, storage)];
  expect(second.words()).toEqual(["hello waiting", "two waiting"]);
  server.state.answer = "ok";
  for (const { outbox } of [second, third, first]) outbox.resume();
  for (const page of [second, third, first]) await expect.poll(page.words).toEqual(["hello accepted", "two accepted"]);
  expect([...server.arrived.values()]).toEqual(["hello", "two"]);
  expect(openPage(server, storage).words()).toEqual([]);
});

test("a refused message keeps its text, says why and is tried again only by a person; those behind it go on", async () => {
  const server = playServer();
  const { outbox, words, storage } = openPage(server);
  server.state.answer = "refuse";
  await outbox.send(message);
  expect(outbox.items.get()).toMatchObject([{ state: "failed", error: "there is no such session" }]);
  server.state.answer = "ok";
  outbox.resume();
  await outbox.send({ ...message, text: "two" });
  expect(words()).toEqual(["hello failed", "two accepted"]);
  expect(openPage(server, storage).words()).toEqual(["hello failed"]);
  await outbox.retry(outbox.items.get()[0]!.key);
  expect(words()).toEqual(["hello accepted", "two accepted"]);
});

test("a waiting message can be taken back; where it had arrived it is cancelled, or the person is told that it is too late", async () => {
  const server = playServer();
  const page = openPage(server);
  server.state.answer = "cut";
  await page.outbox.send(message);
  const { key } = page.outbox.items.get()[0]!;
  server.state.answer = "away";
  expect(page.outbox.withdraw(key)).toMatchObject({ text: "hello" });
  expect(page.words()).toEqual([]);
  // Whether it arrived is still unknown; a reload in between forgets nothing.
  const again = openPage(server, page.storage);
  expect(again.words()).toEqual([]);
  server.state.answer = "ok";
  again.outbox.resume();
  await expect.poll(() => server.cancelled).toContain(key);
  await expect.poll(() => again.late).toEqual(["hello"]);
  expect(openPage(server, page.storage).words()).toEqual([]);
});

test("what another page took back is not sent by this one", async () => {
  const server = playServer();
  const page = openPage(server);
  server.state.answer = "away";
  await page.outbox.send(message);
  const { key } = page.outbox.items.get()[0]!;
  page.outbox.takeStored(`reef.outbox.${key}`, null);
  expect(page.words()).toEqual([]);
});

test("MB2: an event that names the key is as good as the answer", async () => {
  const server = playServer();
  const { outbox } = openPage(server);
  server.state.answer = "cut";
  await outbox.send(message);
  const { key } = outbox.items.get()[0]!;
  const accepted = { ...makeMessage("7"), sessionId: message.sessionId, idempotencyKey: key };
  outbox.takeEvents([{ type: "message.changed", message: accepted } as unknown as Event]);
  expect(outbox.items.get()).toMatchObject([{ state: "accepted", messageId: accepted.id }]);
});

test("MB2: two sends of the same words are two messages", async () => {
  const { client, keys } = playServer();
  const outbox = createOutbox(client);
  await Promise.all([outbox.send(message), outbox.send(message)]);
  expect(new Set(keys).size).toBe(2);
});

test("files go by their ids, and stay with a message that failed", async () => {
  const sent: unknown[] = [];
  const client = {
    sendMessage: async (_id: string, given: unknown) => {
      sent.push(given);
      throw new AppError("not_found", "gone");
    },
  } as unknown as Client;
  const outbox = createOutbox(client);
  const shot = makeFile("shot");
  await outbox.send({ ...message, text: "", files: [shot] });
  await outbox.retry(outbox.items.get()[0]!.key);
  await outbox.send({ ...message, files: [] });
  expect(sent).toEqual([
    { text: "", mode: "queue", attachments: [shot.id] },
    { text: "", mode: "queue", attachments: [shot.id] },
    { text: "hello", mode: "queue" },
  ]);
  expect(outbox.items.get()[0]).toMatchObject({ state: "failed", files: [shot] });
});

test("MB3: two sends to one session go out in their order, also when one is refused, and others are not held up", async () => {
  const texts: string[] = [];
  const answers: ((isGood: boolean) => void)[] = [];
  const client = {
    sendMessage: (to: unknown, { text }: { readonly text: string }) => {
      texts.push(text);
      if (to !== message.sessionId) return Promise.resolve(makeMessage("9"));
      return new Promise((resolve, reject) => {
        answers.push((isGood) => (isGood ? resolve(makeMessage("1")) : reject(new AppError("conflict", "no"))));
      });
    },
  } as unknown as Client;
  const outbox = createOutbox(client);
  const sent = ["one", "two", "three"].map((text) => outbox.send({ ...message, text }));
  await outbox.send({ ...message, sessionId: sessionId("b"), text: "elsewhere" });
  expect(texts).toEqual(["one", "elsewhere"]);
  answers[0]?.(true);
  await sent[0];
  await expect.poll(() => texts).toEqual(["one", "elsewhere", "two"]);
  answers[1]?.(false);
  await sent[1];
  await expect.poll(() => texts).toEqual(["one", "elsewhere", "two", "three"]);
  answers[2]?.(true);
  await sent[2];
  expect(outbox.items.get().map(({ text, state }) => `${text} ${state}`)).toEqual([
    "one accepted",
    "two failed",
    "three accepted",
    "elsewhere accepted",
  ]);
});
