import type { Ask } from "@reef/protocol/ask";
import type { Home } from "@reef/protocol/home";
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { Reef } from "../../data/reef.ts";
import { makeAsk } from "../../testing/nouns.ts";
import { holdAnswer, sendHeldAnswer, takeBackAnswer } from "./answers.ts";

function setUp() {
  const sent: unknown[] = [];
  const said: string[] = [];
  const ask = makeAsk("go");
  const until = "2026-01-01T00:00:05.000Z";
  const queryClient = new QueryClient();
  queryClient.setQueryData(["home", 5], { needsYou: { count: 1, items: [{ session: {}, ask }] } });
  const client = {
    answerAsk: async (_: string, body: { answer: string; graceMs?: number }): Promise<Ask> => {
      sent.push(body);
      if (body.answer === "refuse") throw new Error("no");
      return body.graceMs === undefined
        ? { ...ask, state: "answered", answer: body.answer }
        : { ...ask, held: { answer: body.answer, until } };
    },
    undoAnswer: async (): Promise<Ask> => ask,
  };
  const toasts = { show: ({ text }: { text: string }) => void said.push(text) };
  const shown = () => queryClient.getQueryData<Home>(["home", 5])?.needsYou.items[0]?.ask;
  return { reef: { client, queryClient, toasts } as unknown as Reef, ask, sent, said, shown };
}

test("AS1: an answer given on Home is held by the server right away, and taken back there", async () => {
  const { reef, ask, sent, shown } = setUp();
  await holdAnswer(reef, ask, "Send");
  expect(sent).toEqual([{ answer: "Send", graceMs: 5_000 }]);
  expect(shown()?.held?.answer).toBe("Send");
  await takeBackAnswer(reef, ask);
  expect(shown()?.held).toBeUndefined();
});

test("AS1: a held answer is sent as it was held, and one that is refused leaves the question as it was", async () => {
  const { reef, ask, sent, said, shown } = setUp();
  await holdAnswer(reef, ask, "refuse");
  expect([shown()?.held, said.length]).toEqual([undefined, 1]);
  await holdAnswer(reef, ask, "Send");
  await sendHeldAnswer(reef, shown() as Ask);
  expect(sent.at(-1)).toEqual({ answer: "Send" });
  expect(shown()).toMatchObject({ state: "answered", answer: "Send" });
});
