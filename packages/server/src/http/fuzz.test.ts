import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../testing/serve.ts";
import type { OpenApiDocument } from "./openapi.ts";

let reef: Served;
let ids: readonly string[];
let operations: readonly { readonly method: string; readonly path: string; readonly query: readonly string[] }[];

beforeAll(async () => {
  reef = await serve();
  const session = await reef.newSession("fuzz");
  const { id } = await reef.client.sendMessage(session.id, { text: "hello" });
  const topic = await reef.client.createTopic({ name: "fuzz" });
  ids = [session.id, session.botId, id, topic.id, "ses_01a2055b-15a0-777f-a673-3ad77605e2b6"];
  const document = (await (await reef.request("GET", "/v1/openapi.json")).json()) as OpenApiDocument;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      query: (operation.parameters as readonly { readonly name: string; readonly in: string }[])
        .filter((parameter) => parameter.in === "query")
        .map(({ name }) => name),
    })),
  );
  // A stream never ends, and a deleted thing leaves nothing to try.
  operations = operations.filter(({ method, path }) => path !== "/v1/events" && method !== "DELETE");
});
afterAll(() => reef[Symbol.asyncDispose]());

const prefixByNoun: Readonly<Record<string, string>> = { bots: "bot", messages: "msg", topics: "tpc", sessions: "ses" };

const strangeText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\0",
    "\ud800",
    "'; drop table bots; --",
    "%",
    "_",
    "*",
    '"',
    "NaN",
    "1e999",
    "-1",
    "9".repeat(20),
    "🪸".repeat(50),
  ),
);

const fieldName = fc.constantFrom(
  "name",
  "text",
  "title",
  "botId",
  "topicId",
  "mode",
  "replyTo",
  "notBefore",
  "seq",
  "throughSeq",
  "queued",
  "answer",
  "items",
  "limits",
  "tags",
  "tools",
  "color",
  "colour",
  "order",
  "pinned",
  "__proto__",
  "constructor",
);

function strangeValue(known: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(strangeText, fc.constantFrom(...known, null, true, 1, -1, 2 ** 53, {}, []), fc.jsonValue());
}

test("SE7: no request, however strange, is answered as a bug", async () => {
  const strange = fc.record({
    operation: fc.constantFrom(...operations),
    // Mostly an id that the endpoint knows, so that the request gets far.
    id: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.constantFrom(...ids), strangeText),
    query: fc.array(fc.tuple(fc.nat(), fc.oneof(strangeText, fc.constantFrom(...ids, "5", "true", "dead"))), {
      maxLength: 2,
    }),
    body: fc.oneof(fc.dictionary(fieldName, strangeValue(ids), { maxKeys: 4 }), fc.jsonValue()),
    key: fc.option(fc.string({ minLength: 1, maxLength: 10 }).map((text) => text.replace(/[^!-~]/g, "k"))),
  });
  await fc.assert(
    fc.asyncProperty(strange, async ({ operation, id, query, body, key }) => {
      const fitting = ids.find((each) => each.startsWith(prefixByNoun[operation.path.split("/")[2] ?? ""] ?? "ses"));
      const path = operation.path.replace("{id}", encodeURIComponent((id ?? fitting ?? "").toWellFormed()));
      const search = new URLSearchParams();
      for (const [n, value] of query) {
        const name = operation.query[n % operation.query.length];
        if (name !== undefined) search.set(name, value);
      }
      const hasBody = operation.method !== "GET" && operation.method !== "DELETE";
      const response = await reef.request(
        operation.method,
        `${path}?${search}`,
        hasBody ? JSON.stringify(body) : undefined,
        key === null ? {} : { "idempotency-key": key },
      );
      const text = await response.text();
      expect([response.status < 500, text]).toEqual([true, text]);
      // Other protocols have failures of their own, and a browser that comes back from a sign-in gets a page.
      const isDoor = /^\/(openai|anthropic|mcp)\b/.test(operation.path);
      const isPage = operation.path === "/oauth/callback";
      const problem = isDoor ? /json$/ : isPage ? /json$|^text\/html/ : /^application\/problem\+json$/;
      if (response.status >= 400) expect(response.headers.get("content-type")).toMatch(problem);
    }),
    { numRuns: 1200 },
  );
  expect((await reef.client.status()).totals.sessions).toBeGreaterThanOrEqual(0);
});

test("SE7: strange text that is allowed is kept and given back, or is refused, and never breaks a list", async () => {
  for (const text of ["\0", "a\0b", "\ud800", "🪸", "'; drop table messages; --", "\u202e"]) {
    const session = await reef.newSession("strange");
    const { id } = await reef.client.sendMessage(session.id, { text });
    const message = await reef.client.message(id);
    expect(message.text).toBe(text.toWellFormed());
    expect((await reef.client.messages({ sessionId: session.id })).items).toHaveLength(1);
  }
  // None of them stands for other letters. The random requests before may have created titles that hold one.
  for (const q of ["%", "_", '"', "*", "'", "\\"]) {
    const titles = (await reef.client.sessions({ q })).items.map(({ title }) => title);
    expect(titles.filter((title) => !title.includes(q))).toEqual([]);
  }
});
