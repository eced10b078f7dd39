import { expect, test } from "vitest";
import { serve } from "../testing/serve.ts";

test("words of a transcript are found with their session, page by page, and bad questions are told so", async () => {
  await using reef = await serve({ script: ({ entries }) => `echo: ${entries.at(-1)?.text ?? ""}` });
  const session = await reef.newSession("harbour");
  await reef.client.sendMessage(session.id, { text: "where is the lighthouse?" });
  await expect
    .poll(async () => (await reef.client.search({ q: "lighthouse" })).items.length, { timeout: 15_000 })
    .toBe(2);

  const first = await reef.client.search({ q: "LIGHTHOUSE ", limit: 1 });
  expect(first.items[0]?.entry).toMatchObject({ kind: "bot", text: "echo: where is the lighthouse?" });
  expect(first.items[0]?.session).toMatchObject({ id: session.id, title: "harbour" });
  const { text = "", marks = [] } = first.items[0]?.snippet ?? {};
  expect(marks.map(([from, to]) => text.slice(from, to))).toEqual(["lighthouse"]);
  const second = await reef.client.search({ q: "LIGHTHOUSE ", limit: 1, cursor: first.next });
  expect(second.items[0]?.entry.kind).toBe("person");
  expect(second.next).toBeNull();

  expect((await reef.request("GET", "/v1/search")).status).toBe(400);
  expect((await reef.request("GET", "/v1/search?q=x&cursor=zzz")).status).toBe(400);
  expect((await reef.request("GET", `/v1/search?q=${encodeURIComponent('" OR *')}`)).status).toBe(200);
});
