/** Tests what becomes of a message while its provider fails in every way, over real HTTP and with the real loop. */
import type { Entry } from "@reef/protocol/entry";
import { chunk, events, type RawAnswer, startRawServer } from "@reef/runtimes/testing/raw-server";
import { describe, expect, it } from "vitest";
import { serve, until } from "./testing/serve.ts";

const good: RawAnswer = { pieces: events(chunk({ content: "all is well" }), chunk({}, "stop")) };
const line = (content: string) => `data: ${JSON.stringify(chunk({ content }))}\n\n`;

interface Fault {
  readonly name: string;
  /** What the first requests get; the ones after are answered well. */
  readonly answers: readonly RawAnswer[];
  /** The words of the bot in the end; of one that no retry mends, why its message is dead. */
  readonly words?: RegExp;
  readonly reason?: RegExp;
}

const again = { status: 429, headers: { "retry-after": "0" }, pieces: ['{"error":{"message":"slow down"}}'] };
const faults: readonly Fault[] = [
  { name: "a storm of 429s", answers: Array<RawAnswer>(3).fill(again), words: /^all is well$/ },
  {
    name: "an answer cut in the middle",
    answers: [{ pieces: [line("half of a wo")], end: "cut" }],
    words: /^all is well$/,
  },
  {
    name: "garbage in place of an answer",
    answers: [{ pieces: ["\u0000\u0001<html>", "data: {not json\n\n", "\ufffd\ufffd"] }],
    reason: /not a model server|answered/,
  },
  {
    name: "an answer of 50 MB",
    answers: [{ pieces: [...Array<string>(500).fill(line("x".repeat(100_000))), ...events(chunk({}, "stop"))] }],
    words: /^x{10000,}\n\n\[…\]\n\nx{1000,}\n\n\[The answer was cut off here/,
  },
  {
    name: "one line of 50 MB without an end",
    answers: [{ pieces: ["data: {", ...Array<string>(50).fill("y".repeat(1_000_000))] }],
    reason: /longer than 16 MB/,
  },
];

describe("a provider that fails", () => {
  it.each(
    faults,
  )("PR2, MB3, MB6: $name: the message is answered once, or dead with the reason; later ones are answered, and other sessions", async ({
    answers,
    words,
    reason,
  }) => {
    const left = [...answers];
    const isOfFirst = (body: unknown) => /lobster/.test(JSON.stringify(body)) && !/anchor/.test(JSON.stringify(body));
    await using faulty = await startRawServer(({ body }) => (isOfFirst(body) && left.shift()) || good);
    await using reef = await serve({
      ownRuntimes: true,
      config: { modelBaseUrl: faulty.url, model: "raw", modelApiKey: "none" },
    });
    const session = await reef.newSession();
    const first = await reef.client.sendMessage(session.id, { text: "lobster" });
    const second = await reef.client.sendMessage(session.id, { text: "anchor" });
    const other = await reef.client.sendMessage((await reef.newSession("other")).id, { text: "elsewhere" });
    for (const { id } of [other, first, second]) {
      await until(async () => ["answered", "dead"].includes((await reef.client.message(id)).state));
    }
    const ended = await reef.client.message(first.id);
    expect(ended).toMatchObject(
      reason === undefined ? { state: "answered" } : { state: "dead", reason: expect.stringMatching(reason) },
    );
    const { items } = await reef.client.entries(session.id, { limit: 100 });
    const said = (kind: Entry["kind"]) => items.filter((entry) => entry.kind === kind).map(({ text }) => text);
    expect(said("person")).toEqual(["lobster", "anchor"]);
    expect(said("bot")).toEqual([...(words === undefined ? [] : [expect.stringMatching(words)]), "all is well"]);
    expect((await reef.client.status()).totals).toMatchObject({ queuedMessages: 0, runningTurns: 0 });
    expect(await reef.client.message(second.id)).toMatchObject({ state: "answered" });
    expect(await reef.client.message(other.id)).toMatchObject({ state: "answered" });
    expect(left).toEqual([]);
  });
});
