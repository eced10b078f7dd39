import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sink } from "../socket/hub.ts";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve();
  // The first event is that of the worker.
  await until(async () => (await reef.server.store.read.eventBounds()).last === 1);
});
afterAll(() => reef[Symbol.asyncDispose]());

/** Reads a stream of events over the network until it has `count` of them. */
async function follow(query: string, count: number, headers: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController();
  const response = await fetch(`${reef.server.url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${reef.server.token}`, ...headers },
    signal: stop.signal,
  });
  const blocks: { id: string | undefined; name: string | undefined; data: string | undefined }[] = [];
  let text = "";
  let whole = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const read = decoder.decode(chunk, { stream: true });
    text += read;
    whole += read;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text.slice(0, end))?.[1];
      if (field("id") !== undefined) blocks.push({ id: field("id"), name: field("event"), data: field("data") });
      text = text.slice(end + 2);
    }
    if (blocks.length >= count) break;
  }
  stop.abort();
  return { blocks, response, text: whole };
}

test("SY2: the event stream resumes after N; its ids are the sequence, its data the events", async () => {
  for (let n = 0; n < 4; n++) await reef.client.createTopic({ name: `t${n}` });
  const { blocks, response } = await follow("?after=2", 3);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(blocks.map(({ id }) => id)).toEqual(["3", "4", "5"]);
  const events = await reef.server.store.read.events(2, 3);
  expect(blocks.map(({ data }) => JSON.parse(data ?? ""))).toEqual(events);
});

test("SY2: Last-Event-ID is where a browser really was, whatever its address says", async () => {
  const { blocks } = await follow("?after=0", 1, { "last-event-id": "4" });
  expect(blocks[0]?.id).toBe("5");
});

test("SY2: a position in the future is a reset, and events go on from there", async () => {
  const { resets } = reef.server.hub.counts();
  const following = follow("?after=4000", 2);
  await until(() => reef.server.hub.counts().resets > resets);
  await reef.client.createTopic({ name: "after the reset" });
  const { blocks } = await following;
  expect(blocks[0]).toMatchObject({ name: "reset", id: "5" });
  expect(blocks[1]).toMatchObject({ name: undefined, id: "6" });
});

test("a client that goes away is forgotten", async () => {
  await follow("?after=0", 1);
  await until(() => reef.server.hub.counts().clients === 0);
});

test("a HEAD request opens no stream that nobody would end", async () => {
  const response = await reef.request("HEAD", "/v1/events");
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(reef.server.hub.counts().clients).toBe(0);
});

test("SY2: what comes while a stream is being read comes once", async () => {
  const { last } = await reef.server.store.read.eventBounds();
  const following = follow("", 12);
  await until(() => reef.server.hub.counts().clients === 1);
  await until(async () => {
    await reef.client.createTopic({ name: "one more" });
    return (await reef.server.store.read.eventBounds()).last >= last + 40;
  });
  const ids = (await following).blocks.map(({ id }) => Number(id));
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, n) => (ids[0] ?? 0) + n));
});

test("SE7: a stream too many of one client closes its oldest, and says why", async () => {
  const first = follow("?after=0", 1_000);
  await until(() => reef.server.hub.counts().clients === 1);
  const sinks = Array.from({ length: 1_024 }, (): Sink => {
    const nothing = () => undefined;
    return {
      welcome: nothing,
      events: nothing,
      live: nothing,
      notice: nothing,
      reset: nothing,
      end: nothing,
      isCongested: () => false,
    };
  });
  const members = sinks.map((sink) => reef.server.hub.join(sink, { after: -1, client: "address 127.0.0.1" }));
  const { text } = await first;
  expect(text).toContain(
    'event: closed\ndata: {"reason":"this client has more than 1024 open streams; its oldest was closed"}',
  );
  for (const member of members) member.leave();
});
