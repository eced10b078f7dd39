/** Tests two servers on one database: what is done on one is there on the other. */
import type { Event } from "@reef/protocol/event";
import type { StoredFile } from "@reef/protocol/file";
import { createTestDatabase } from "@reef/store/postgres/testing/databases";
import { expect, onTestFinished, test } from "vitest";
import { type Served, serve, until } from "./testing/serve.ts";

async function serveTwo(): Promise<readonly [Served, Served]> {
  const { url, drop } = await createTestDatabase();
  const options = {
    config: { databaseUrl: url },
    environment: { REEF_SECRETS_KEY: "the same words for both servers" },
  };
  const served = await Promise.all([serve(options), serve(options)]);
  onTestFinished(async () => {
    await Promise.all(served.map((each) => each[Symbol.asyncDispose]()));
    await drop();
  });
  return served as [Served, Served];
}

test("SY1: a conversation on one server is heard, read and searched on the other", async () => {
  const [one, two] = await serveTwo();
  const heard: Event[] = [];
  const socket = two.connect({ after: 0, onEvent: (event) => heard.push(event), onReset: () => undefined });
  onTestFinished(() => socket.close());
  const session = await one.newSession("Whales");
  const message = await one.client.sendMessage(session.id, { text: "The whale swims north" });
  const answered = await until(async () => {
    const read = await two.client.message(message.id);
    return read.state === "answered" && read;
  });
  expect(answered.receipts.answeredAt).not.toBeNull();
  const { items } = await two.client.entries(session.id);
  expect(items.map(({ text }) => text)).toEqual(["The whale swims north", "you said: The whale swims north"]);
  await until(() => heard.some((event) => event.type === "entry.created" && event.entry.kind === "bot"));
  expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, place) => (heard[0]?.seq ?? 0) + place));
  const found = await two.client.search({ q: "whale north" });
  expect(found.items).toHaveLength(2);
});

test("MB11: a file that came to one server is read on the other", async () => {
  const [one, two] = await serveTwo();
  const bytes = Buffer.alloc(1_300_000, "reef ");
  const response = await fetch(`${one.server.url}/v1/files?name=long.txt`, {
    method: "POST",
    headers: { authorization: `Bearer ${one.server.token}`, "content-type": "text/plain" },
    body: bytes,
  });
  const { id } = (await response.json()) as StoredFile;
  const headers = { authorization: `Bearer ${two.server.token}` };
  const whole = await fetch(`${two.server.url}/v1/files/${id}`, { headers });
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  const part = await fetch(`${two.server.url}/v1/files/${id}`, {
    headers: { ...headers, range: "bytes=524280-524299" },
  });
  expect(part.status).toBe(206);
  expect(await part.text()).toBe(bytes.subarray(524_280, 524_300).toString());
});
