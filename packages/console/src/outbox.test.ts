import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import { expect, test } from "vitest";
import { createOutbox } from "./outbox.ts";
import { makeMessage, sessionId } from "./testing/nouns.ts";

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
