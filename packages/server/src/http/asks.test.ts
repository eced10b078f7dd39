import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Ask } from "@reef/protocol/ask";
import type { Page } from "@reef/protocol/page";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({
    script: ({ entries }) => {
      const [first, last] = [entries.find(({ kind }) => kind === "person")?.text, entries.at(-1)];
      if (first === "loop" && entries.filter(({ kind }) => kind === "person").length === 1) {
        return [answer("", { name: "session_read", input: { session: "nowhere" } })];
      }
      if (last?.kind !== "person" || first === "loop") return `heard: ${last?.text}`;
      const freeText = last.text === "open";
      return [
        answer("", { name: "ask_person", input: { question: "red or blue?", options: ["red", "blue"], freeText } }),
      ];
    },
  });
});
afterAll(() => reef[Symbol.asyncDispose]());

async function askFor(text: string) {
  const session = await reef.newSession();
  const { id } = await reef.client.sendMessage(session.id, { text });
  const ask = await until(async () => (await reef.client.asks({ state: "open", sessionId: session.id })).items[0]);
  return {
    ask,
    session,
    answer: (body: unknown) => reef.request("POST", `/v1/asks/${ask.id}/answer`, body),
    settled: () => until(async () => (await reef.client.message(id)).state === "answered"),
  };
}

test("AS1: an ask is answered by exactly one of answer, choice and text; what is none of the options is refused", async () => {
  const closed = await askFor("closed");
  for (const body of [
    {},
    { answer: "red", choice: "red" },
    { choice: "red", text: "x" },
    { choice: "" },
    { words: "red" },
  ]) {
    expect((await closed.answer(body)).status).toBe(400);
  }
  for (const name of ["answer", "choice", "text"]) {
    const refused = await closed.answer({ [name]: "green" });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { detail: "expected one of the options: red | blue", errors: [{ path: name }] },
    ]);
  }
  expect(await (await closed.answer({ choice: "BLUE" })).json()).toMatchObject({ state: "answered", answer: "blue" });
  expect((await closed.answer({ choice: "red" })).status).toBe(409);
  await closed.settled();

  const open = await askFor("open");
  expect((await open.answer({ choice: "green" })).status).toBe(400);
  expect(await (await open.answer({ text: "green, please" })).json()).toMatchObject({ answer: "green, please" });
  await open.settled();
});

test("AS1: two devices answer one question in the same moment: one answer counts, and the other device is told", async () => {
  const open = await askFor("open");
  const answers = await Promise.all(["green", "yellow"].map((text) => open.answer({ text })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  await open.settled();
  const counted = answers.findIndex(({ status }) => status === 200);
  const { answer } = await reef.client.ask(open.ask.id);
  expect(answer).toBe(["green", "yellow"][counted]);
  const { items } = await reef.client.entries(open.session.id, { limit: 50 });
  const results = items.filter(({ kind }) => kind === "tool_result");
  expect(results.map(({ text }) => text)).toEqual([expect.stringContaining(answer ?? "?")]);
});

test("AS1: an answer with grace can be taken back over HTTP; how long is bounded, and without grace it takes effect at once", async () => {
  const { ask, answer: give, settled } = await askFor("closed");
  const undo = () => reef.request("POST", `/v1/asks/${ask.id}/undo`);
  for (const graceMs of [-1, 5_001, 1e300, "5", 0.5]) {
    expect((await give({ choice: "red", graceMs })).status).toBe(400);
  }
  expect((await undo()).status).toBe(409);
  const held = await give({ choice: "red", graceMs: 5_000 });
  expect(await held.json()).toMatchObject({ state: "open", answer: null, held: { answer: "red" } });
  const undone = await undo();
  expect(undone.status).toBe(200);
  expect(await undone.json()).toEqual(ask);
  expect((await reef.request("POST", "/v1/asks/ask_01a2055b-15a0-777f-a673-3ad77605e2b6/undo")).status).toBe(404);
  expect(await (await give({ choice: "blue" })).json()).toMatchObject({ state: "answered", answer: "blue" });
  expect((await undo()).status).toBe(409);
  await settled();
});

test("BO1: an ask of a turn that repeats itself is listed by its kind, and its answer lets the turn go on", async () => {
  const question = await askFor("closed");
  const loop = await askFor("loop");
  const listed = async (query: string) =>
    (await (await reef.request("GET", `/v1/asks?state=open&${query}`)).json()) as Page<Ask>;
  expect((await listed("kind=loop")).items).toEqual([loop.ask]);
  expect((await listed("kind=question")).items).toEqual([question.ask]);
  expect((await reef.request("GET", "/v1/asks?kind=other")).status).toBe(400);
  expect((await reef.client.session(loop.session.id)).status).toBe("needs_you");
  expect((await reef.client.bot(loop.session.botId)).status).toBe("needs_you");
  expect((await loop.answer({ text: "try the archive" })).status).toBe(200);
  await loop.settled();
  const { items } = await reef.client.entries(loop.session.id);
  expect(items.at(-1)?.text).toBe("heard: try the archive");
});
