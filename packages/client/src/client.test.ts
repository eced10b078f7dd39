import { AppError } from "@reef/protocol/error";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";
import type { ClientClock } from "./clock.ts";

const sessionId = "ses_0190a000-0000-7000-8000-000000000001" as SessionId;
const impatient: ClientClock = { now: () => 0, random: () => 0.5, sleep: () => Promise.resolve() };

/** Answers each request with the next of `answers`; an Error is a broken connection. */
function network(...answers: readonly (Response | Error)[]) {
  const requests: Request[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    requests.push(new Request(input, init));
    const answer = answers[requests.length - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("one request too many");
    return answer;
  };
  return { requests, client: createClient({ baseUrl: "http://reef.test", token: "t", fetch, clock: impatient }) };
}

const accepted = () => Response.json({ message: { id: "msg_1" } }, { status: 202 });

test("MB2: a send whose connection breaks is repeated under the same key", async () => {
  const { client, requests } = network(new TypeError("reset"), Response.json({}, { status: 502 }), accepted());
  const message = await client.sendMessage(sessionId, { text: "hello" });
  expect(message.id).toBe("msg_1");
  const keys = requests.map((request) => request.headers.get("idempotency-key"));
  expect(requests).toHaveLength(3);
  expect(keys[0]).toMatch(/^key_[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
});

test("MB2: two sends have two keys, and a given key is used", async () => {
  const { client, requests } = network(accepted(), accepted(), accepted());
  await client.sendMessage(sessionId, { text: "a" });
  await client.sendMessage(sessionId, { text: "a" });
  await client.sendMessage(sessionId, { text: "a" }, { idempotencyKey: "mine" });
  const keys = requests.map((request) => request.headers.get("idempotency-key"));
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe("mine");
});

test("a send that stays without an answer fails in the end, as unavailable", async () => {
  const { client, requests } = network(...Array.from({ length: 9 }, () => new TypeError("refused")));
  await expect(client.sendMessage(sessionId, { text: "a" })).rejects.toMatchObject({ code: "unavailable" });
  expect(requests).toHaveLength(5);
});

test("what the server refused is not repeated, and keeps its code, words and fields", async () => {
  const problem = {
    code: "invalid_request",
    detail: "the body is not as expected",
    errors: [{ path: "text", message: "too short" }],
  };
  const { client, requests } = network(Response.json(problem, { status: 400 }));
  const error = await client.sendMessage(sessionId, { text: "" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "invalid_request", message: problem.detail, fields: problem.errors });
  expect(requests).toHaveLength(1);
});

test("an abort ends a send at once and is no AppError", async () => {
  const stop = new AbortController();
  const { client } = network(new TypeError("refused"));
  stop.abort(new Error("the person left"));
  await expect(client.sendMessage(sessionId, { text: "a" }, { signal: stop.signal })).rejects.not.toBeInstanceOf(
    AppError,
  );
});

test("calls carry the token, the query without empty parts, and a JSON body only when there is one", async () => {
  const { client, requests } = network(
    Response.json({ items: [], next: null }),
    new Response(null, { status: 204 }),
    Response.json({}, { status: 201 }),
  );
  const botId = "bot_1" as BotId;
  await client.sessions({ botId, archived: true, cursor: null, limit: 5 });
  expect(await client.deleteBot(botId)).toBeUndefined();
  await client.createBot({ name: "dev" });
  const [list, remove, create] = requests;
  expect(list?.url).toBe("http://reef.test/v1/sessions?botId=bot_1&archived=true&limit=5");
  expect(list?.headers.get("authorization")).toBe("Bearer t");
  expect(remove?.method).toBe("DELETE");
  expect(remove?.headers.get("content-type")).toBeNull();
  expect(await create?.json()).toEqual({ name: "dev" });
});

test("an answer that is not ours says so instead of failing somewhere else", async () => {
  const { client } = network(new Response("<html>", { status: 404 }), new Response("<html>", { status: 200 }));
  await expect(client.status()).rejects.toMatchObject({ code: "internal" });
  await expect(client.status()).rejects.toMatchObject({ code: "unavailable" });
});

test("a test that is followed tells each step, however its lines are split, and fails as the last line says", async () => {
  const step = { what: "address", result: "ok", text: "“Ünïcode” answers.", durationMs: 1 };
  const whole = { ok: true, model: "m", suggestedBaseUrl: null, steps: [step] };
  const bytes = new TextEncoder().encode(`${JSON.stringify({ step })}\n\n${JSON.stringify({ test: whole })}\n`);
  const split = (content: Uint8Array) =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const byte of content) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
    );
  const problem = { status: 409, code: "conflict", detail: "it is gone" };
  const { client, requests } = network(
    split(bytes),
    split(bytes.slice(0, 40)),
    split(new TextEncoder().encode(JSON.stringify({ problem }))),
  );
  const told: unknown[] = [];
  const follow = () => client.testProvider("lab", {}, { onStep: (each) => told.push(each) });
  expect(await follow()).toEqual(whole);
  expect(told).toEqual([step]);
  expect(requests[0]?.headers.get("accept")).toBe("application/x-ndjson");
  await expect(follow()).rejects.toMatchObject({ code: "unavailable" });
  await expect(follow()).rejects.toMatchObject({ code: "conflict", message: "it is gone" });
});
