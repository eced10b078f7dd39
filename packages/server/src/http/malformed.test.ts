import { AppError } from "@reef/protocol/error";
import type { Page } from "@reef/protocol/page";
import { Problem } from "@reef/protocol/problem";
import type { Accepted } from "@reef/protocol/request";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../testing/serve.ts";
import { bodyLimits, maxBodyBytes, readJsonBody } from "./body.ts";
import { errorToProblem } from "./errors.ts";

let reef: Served;
let session: string;
let bot: string;
beforeAll(async () => {
  reef = await serve();
  ({ id: session, botId: bot } = await reef.newSession("victim"));
});
afterAll(() => reef[Symbol.asyncDispose]());

const goneId = "ses_01a2055b-15a0-777f-a673-3ad77605e2b6";

/** What is sent, and the expected status and words. `SESSION` and `BOT` in a path are replaced by existing ids. */
const rows: readonly {
  readonly what: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly says: RegExp;
}[] = [
  { what: "no JSON", path: "/v1/bots", body: "{", status: 400, says: /not valid JSON/ },
  { what: "no body", path: "/v1/bots", status: 400, says: /body is not as expected: missing: expected object/ },
  { what: "JSON with a comma too many", path: "/v1/bots", body: '{"name":"x",}', status: 400, says: /not valid JSON/ },
  { what: "an array", path: "/v1/bots", body: [], status: 400, says: /expected object/ },
  { what: "null", path: "/v1/bots", body: "null", status: 400, says: /expected object/ },
  { what: "a bare number", path: "/v1/bots", body: "7", status: 400, says: /expected object/ },
  { what: "no name", path: "/v1/bots", body: {}, status: 400, says: /name: missing: expected string/ },
  { what: "an empty name", path: "/v1/bots", body: { name: "  " }, status: 400, says: /name/ },
  { what: "a name too long", path: "/v1/bots", body: { name: "x".repeat(121) }, status: 400, says: /name/ },
  { what: "a name of another type", path: "/v1/bots", body: { name: 5 }, status: 400, says: /name: .*expected string/ },
  { what: "an unknown field", path: "/v1/bots", body: { name: "x", nmae: 1 }, status: 400, says: /nmae: not a known/ },
  {
    what: "a field by another name",
    path: "/v1/topics",
    body: { name: "x", tint: "#112233" },
    status: 400,
    says: /tint: not a known field; there are: name, color, order"/,
  },
  {
    what: "a field by another name, of one thing or many",
    path: "/v1/bots/BOT/memories",
    body: { text: "x", date: "2026-01-31" },
    status: 400,
    says: /date: not a known field; there are: text, .*occurredAt.*, items"/,
  },
  {
    what: "a parameter by another name",
    method: "GET",
    path: "/v1/bots/BOT/memories/search?q=x&limit=3",
    status: 400,
    says: /limit: not a known field; there are: q, k, asOf, kind, without, explain"/,
  },
  { what: "no question", method: "GET", path: "/v1/search", status: 400, says: /q: missing: expected string/ },
  {
    what: "a field of the prototype",
    path: "/v1/bots",
    body: '{"name":"x","__proto__":{"a":1}}',
    status: 400,
    says: /__proto__/,
  },
  { what: "an unknown runtime", path: "/v1/bots", body: { name: "x", runtime: "hal" }, status: 400, says: /runtime/ },
  {
    what: "a nested unknown field",
    path: "/v1/bots",
    body: { name: "x", limits: { steps: 1 } },
    status: 400,
    says: /limits\.steps/,
  },
  {
    what: "a limit out of range",
    path: "/v1/bots",
    body: { name: "x", limits: { maxSteps: 0 } },
    status: 400,
    says: /limits\.maxSteps/,
  },
  {
    what: "too many tags",
    path: "/v1/bots",
    body: { name: "x", tags: Array(51).fill("t") },
    status: 400,
    says: /tags/,
  },
  {
    what: "a color under both its names, and two of them",
    path: "/v1/topics",
    body: { name: "x", color: "#112233", colour: "#445566" },
    status: 400,
    says: /colour: expected the same as color/,
  },
  {
    what: "a color that is none",
    path: "/v1/topics",
    body: { name: "x", color: "red" },
    status: 400,
    says: /color/,
  },
  {
    what: "an id of another noun",
    path: "/v1/sessions",
    body: { botId: goneId },
    status: 400,
    says: /expected a bot id/,
  },
  { what: "an empty text", path: "/v1/sessions/SESSION/messages", body: { text: "" }, status: 400, says: /text/ },
  {
    what: "a text too long",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x".repeat(1_000_001) },
    status: 400,
    says: /text/,
  },
  {
    what: "an unknown mode",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x", mode: "shout" },
    status: 400,
    says: /mode/,
  },
  {
    what: "a time that is none",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x", notBefore: "soon" },
    status: 400,
    says: /notBefore/,
  },
  {
    what: "a forged sender",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x", from: { kind: "system" } },
    status: 400,
    says: /from: not a known/,
  },
  {
    what: "a key too long",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x" },
    headers: { "idempotency-key": "k".repeat(201) },
    status: 400,
    says: /Idempotency-Key/,
  },
  {
    what: "an empty key",
    path: "/v1/sessions/SESSION/messages",
    body: { text: "x" },
    headers: { "idempotency-key": "" },
    status: 400,
    says: /Idempotency-Key/,
  },
  {
    what: "a session that is gone",
    path: `/v1/sessions/${goneId}/messages`,
    body: { text: "x" },
    status: 404,
    says: /ses_/,
  },
  {
    what: "a malformed id",
    path: "/v1/sessions/ses_nope/messages",
    body: { text: "x" },
    status: 404,
    says: /expected a session id/,
  },
  {
    what: "a form",
    path: "/v1/bots",
    body: "name=x",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    status: 415,
    says: /application\/json/,
  },
  {
    what: "JSON sent as text",
    path: "/v1/bots",
    body: '{"name":"x"}',
    headers: { "content-type": "text/plain" },
    status: 415,
    says: /application\/json/,
  },
  { what: "a body too large", path: "/v1/bots", body: " ".repeat(maxBodyBytes + 1), status: 413, says: /8 MiB/ },
  {
    what: "a body too large that lies about its size",
    path: "/v1/bots",
    body: " ".repeat(maxBodyBytes + 1),
    headers: { "content-length": "10" },
    status: 413,
    says: /8 MiB/,
  },
  { what: "a million brackets", path: "/v1/bots", body: "[".repeat(1_000_000), status: 400, says: /nested too deeply/ },
  {
    what: "a settings body of a size that only texts have",
    path: "/v1/topics",
    body: JSON.stringify({ name: "x".repeat(bodyLimits.usual.bytes) }),
    status: 413,
    says: /at most 256 KiB/,
  },
  ...["/v1/bots", "/v1/bots/BOT/memories"].map((path) => ({
    what: `a list too wide for ${path}`,
    path,
    body: `[${"1,".repeat(3_900_000)}1]`,
    status: 413,
    says: /at most [15]0,000 fields and items/,
  })),
  {
    what: "an object too wide, in a text that ends with a backslash",
    path: "/v1/bots",
    body: JSON.stringify({
      "a\\": '\\"',
      ...Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`k${n}`, 1])),
    }),
    status: 413,
    says: /10,000 fields and items/,
  },
  {
    what: "a million closed brackets",
    path: "/v1/bots",
    body: "[".repeat(900_000) + "]".repeat(900_000),
    status: 400,
    says: /nested too deeply/,
  },
  {
    what: "JSON in JSON in JSON, where any JSON may stand",
    path: "/v1/bots/BOT/memories",
    body: `{"text":"deep","metadata":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`,
    status: 400,
    says: /nested too deeply/,
  },
  {
    what: "a body that is packed",
    path: "/v1/bots",
    body: '{"name":"x"}',
    headers: { "content-encoding": "gzip" },
    status: 415,
    says: /found gzip/,
  },
  {
    what: "a body without a type",
    path: "/v1/bots",
    body: '{"name":"x"}',
    headers: { "content-type": "" },
    status: 415,
    says: /found none/,
  },
  { what: "a limit of zero", method: "GET", path: "/v1/bots?limit=0", status: 400, says: /limit/ },
  { what: "a limit too large", method: "GET", path: "/v1/bots?limit=1001", status: 400, says: /limit/ },
  { what: "a limit in words", method: "GET", path: "/v1/bots?limit=many", status: 400, says: /limit/ },
  { what: "half a limit", method: "GET", path: "/v1/bots?limit=1.5", status: 400, says: /limit/ },
  { what: "a cursor of nobody", method: "GET", path: "/v1/bots?cursor=%00%ff", status: 400, says: /cursor/ },
  {
    what: "a cursor of another list",
    method: "GET",
    path: "/v1/sessions/SESSION/entries?cursor=abc",
    status: 400,
    says: /cursor/,
  },
  {
    what: "a negative position",
    method: "GET",
    path: "/v1/sessions/SESSION/entries?before=-1",
    status: 400,
    says: /before/,
  },
  { what: "an unknown filter", method: "GET", path: "/v1/sessions?botID=x", status: 400, says: /botID: not a known/ },
  { what: "a filter twice", method: "GET", path: "/v1/sessions?q=a&q=b", status: 400, says: /more than once/ },
  { what: "an unknown status", method: "GET", path: "/v1/sessions?status=happy", status: 400, says: /status/ },
  { what: "an unknown state", method: "GET", path: "/v1/messages?state=lost", status: 400, says: /state/ },
  { what: "a truth that is none", method: "GET", path: "/v1/sessions?pinned=maybe", status: 400, says: /pinned/ },
  {
    what: "a time that is none in a query",
    method: "GET",
    path: "/v1/activity?since=yesterday",
    status: 400,
    says: /since/,
  },
  {
    what: "a time before all years",
    path: "/v1/bots/BOT/memories",
    body: { text: "x", occurredAt: "0000-01-01T00:00:00+23:59" },
    status: 400,
    says: /occurredAt: expected an ISO-8601 time/,
  },
  { what: "events from nowhere", method: "GET", path: "/v1/events?after=x", status: 400, says: /after/ },
  {
    what: "a Last-Event-ID of nobody",
    method: "GET",
    path: "/v1/events",
    headers: { "last-event-id": "x" },
    status: 400,
    says: /Last-Event-ID/,
  },
  { what: "the socket without an upgrade", method: "GET", path: "/v1/socket", status: 400, says: /upgrade/ },
  { what: "an unknown address", method: "GET", path: "/v1/robots", status: 404, says: /no endpoint/ },
  {
    what: "a method that is not there",
    method: "PUT",
    path: "/v1/bots",
    body: {},
    status: 405,
    says: /GET, POST|POST, GET/,
  },
  { what: "a delete of the console", method: "DELETE", path: "/", status: 405, says: /GET/ },
  {
    what: "a token in the query",
    method: "GET",
    path: "/v1/bots?token=test-token-0123456789",
    status: 400,
    says: /never goes into a URL/,
  },
  {
    what: "links of an unknown kind",
    method: "PUT",
    path: "/v1/links",
    body: { items: [{ from: { kind: "star" }, to: { kind: "any" }, allow: true }] },
    status: 400,
    says: /items\.0\.from/,
  },
  { what: "an answer to nothing", path: "/v1/asks/ask_1/answer", body: { answer: "x" }, status: 404, says: /ask id/ },
  {
    what: "a fork beyond the end",
    path: "/v1/sessions/SESSION/fork",
    body: { throughSeq: 999 },
    status: 400,
    says: /throughSeq/,
  },
  { what: "both login secrets", path: "/v1/login", body: { code: "x", token: "y" }, status: 400, says: /body/ },
];

for (const row of rows) {
  test(`SE7: ${row.what} is answered with ${row.status} and what was expected`, async () => {
    const path = row.path.replace("SESSION", session).replace("BOT", bot);
    const response = await reef.request(row.method ?? "POST", path, row.body, row.headers);
    const text = await response.text();
    expect([response.status, text]).toEqual([row.status, expect.stringMatching(row.says)]);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = Problem.parse(JSON.parse(text));
    expect(problem.status).toBe(row.status);
    expect(text).not.toContain("at Object.");
    expect(text).not.toContain(reef.server.token);
  });
}

test("SE7: the longest text that is allowed fits into a body, in any script and however it is escaped", async () => {
  const text = "界".repeat(1_000_000);
  const path = `/v1/sessions/${session}/messages`;
  expect((await reef.request("POST", path, JSON.stringify({ text }))).status).toBe(202);
  const escaped = `{"text":"${"\\u754c".repeat(1_000_000)}"}`;
  expect((await reef.request("POST", path, escaped)).status).toBe(202);
});

test("SE7: a time is taken with any offset and precision, in every query and body that has one", async () => {
  const time = encodeURIComponent("2026-01-31T12:00:00+00:00");
  for (const query of [
    `/v1/activity?since=${time}&before=2999-01-01`,
    `/v1/timeline?since=${time}&before=2999-01-01T00:00:00Z`,
    `/v1/spend?since=${time}&before=2999-01-01T00:00:00Z`,
    `/v1/traffic?since=${time}`,
    `/v1/pulse?since=${time}&bucketMs=86400000`,
    `/v1/bots/${bot}/memories/search?q=x&asOf=2026-01-31T12:00:00+00:00`,
  ]) {
    const response = await reef.request("GET", query);
    expect([query, response.status]).toEqual([query, 200]);
  }
  const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19);
  const send = await reef.request("POST", `/v1/sessions/${session}/messages`, { text: "later", notBefore: at });
  expect(await send.json()).toMatchObject({ message: { notBefore: `${at}.000Z` } });
  const item = { kind: "entry", text: "said long ago", occurredAt: "2023-05-08" };
  const memory = await reef.request("POST", `/v1/bots/${bot}/memories`, item);
  expect(await memory.json()).toMatchObject({ occurredAt: "2023-05-08T00:00:00.000Z" });
  const body = { sessionId: session, text: "later", timing: { kind: "at", at } };
  expect(await (await reef.request("POST", "/v1/schedules", body)).json()).toMatchObject({ nextAt: `${at}.000Z` });
});

test("SE7: a truth in a query may be a number, and what a message leaves out may be null", async () => {
  for (const [query, count] of [
    ["pinned=0", 1],
    ["pinned=1", 0],
    ["archived=0", 1],
  ]) {
    const page = (await (await reef.request("GET", `/v1/sessions?${query}`)).json()) as Page<unknown>;
    expect([query, page.items.length]).toEqual([query, count]);
  }
  const sent = { text: "x", replyTo: null, notBefore: null };
  expect((await reef.request("POST", `/v1/sessions/${session}/messages`, sent)).status).toBe(202);
});

test("SE7: a caller who hangs up within the body is no bug of ours", async () => {
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("aborted")) });
  const request = new Request("http://127.0.0.1/", { method: "POST", body, duplex: "half" });
  await expect(readJsonBody(request, bodyLimits.usual)).rejects.toMatchObject({ code: "invalid_request" });
});

test("MB2, SE7: half a letter is answered as it is kept, and the same request again is the same message", async () => {
  const half = { text: "a\ud800b" };
  const send = () => reef.request("POST", `/v1/sessions/${session}/messages`, half, { "idempotency-key": "half" });
  const [first, again] = [await send(), await send()];
  expect([first.status, again.status]).toEqual([202, 202]);
  const { message } = (await first.json()) as Accepted;
  expect(message.text).toBe("a\ufffdb");
  expect(((await again.json()) as Accepted).message.id).toBe(message.id);
});

test("SE7: a refused method says which are possible", async () => {
  const response = await reef.request("PUT", "/v1/bots", {});
  expect(response.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "OPTIONS", "POST"]);
});

test("SE7: every field that is wrong is named, not only the first", async () => {
  const response = await reef.request("POST", "/v1/bots", { name: 1, role: 2, wrong: 3 });
  const problem = Problem.parse(await response.json());
  expect(problem.errors?.map(({ path }) => path).sort()).toEqual(["name", "role", "wrong"]);
});

test("SE7: the words of a bug stay inside, the words of a mistake go out", () => {
  expect(errorToProblem(new Error("the key is sk-123")).detail).not.toContain("sk-123");
  expect(errorToProblem(new AppError("conflict", "the turn runs"))).toMatchObject({
    status: 409,
    detail: "the turn runs",
  });
});

test("SE7: after all of this the server still serves", async () => {
  expect((await reef.client.status()).totals.bots).toBe(1);
});

test("SE7: what stands within texts counts neither as width nor as depth", async () => {
  const body = { [`[,{\\"`.repeat(20_000)]: `\\\\"${'[{,"\\'.repeat(200_000)}` };
  const given = JSON.stringify(body);
  const request = new Request("http://reef/", {
    method: "POST",
    body: given,
    headers: { "content-type": "application/json" },
  });
  expect(await readJsonBody(request, { bytes: maxBodyBytes, values: 1 })).toEqual(body);
});
