import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import { expect, test } from "vitest";
import { createOutbox } from "./outbox.ts";
import { makeFile, makeMessage, sessionId } from "./testing/nouns.ts";

/** A server that fails the first `failures` sends, and remembers every key it was given. */
function outboxOver(failures: number) {
  const keys: (string | undefined)[] = [];
  const client = {
    sendMessage: async (_id: string, _message: unknown, options?: { readonly idempotencyKey?: string }) => {
      keys.push(options?.idempotencyKey);
      if (keys.length <= failures) throw new AppError("unavailable", "the server cannot be reached");
      return makeMessage("1");
    },
  } as unknown as Client;
  return { outbox: createOutbox(client), keys };
}

const message = { sessionId: sessionId("a"), text: "hello", mode: "queue" } as const;

test("a failed send keeps its text and says why", async () => {
  const { outbox } = outboxOver(1);
  await outbox.send(message);
  expect(outbox.items.get()).toMatchObject([{ text: "hello", state: "failed", error: "the server cannot be reached" }]);
});

test("MB2: a retry goes out under the key of the first try", async () => {
  const { outbox, keys } = outboxOver(1);
  await outbox.send(message);
  await outbox.retry(outbox.items.get()[0]!.key);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  expect(outbox.items.get()).toMatchObject([{ state: "accepted", messageId: "msg_1" }]);
});

test("MB2: two sends of the same words are two messages", async () => {
  const { outbox, keys } = outboxOver(0);
  await Promise.all([outbox.send(message), outbox.send(message)]);
  expect(new Set(keys).size).toBe(2);
});

test("files go by their ids, and stay with a message that failed", async () => {
  const sent: unknown[] = [];
  const client = {
    sendMessage: async (_id: string, given: unknown) => {
      sent.push(given);
      throw new AppError("unavailable", "away");
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

test("MB3: two sends to one session go out in their order, also when the first fails, and others are not held up", async () => {
  const texts: string[] = [];
  const answers: ((isGood: boolean) => void)[] = [];
  const client = {
    sendMessage: (to: unknown, { text }: { readonly text: string }) => {
      texts.push(text);
      if (to !== message.sessionId) return Promise.resolve(makeMessage("9"));
      return new Promise((resolve, reject) => {
        answers.push((isGood) => (isGood ? resolve(makeMessage("1")) : reject(new AppError("unavailable", "away"))));
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
