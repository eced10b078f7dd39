/**
 * Defines the columns of the table of providers: what each dialect is tested for, and why a dialect has no such cell.
 */
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { expect } from "vitest";
import { type Dialect, isNever } from "../../../testing/dialects/dialect.ts";
import { bot, type EntryDraft, notice, person, toolCall, toolResult } from "../../../testing/turn-context.ts";
import {
  type Bench,
  echo,
  expectTaken,
  letRead,
  newest,
  picture,
  pictureBase64,
  startBench,
  type Told,
} from "./bench.conformance.ts";

export interface Behaviour {
  readonly name: string;
  /** What the cell shows, for the table's legend. */
  readonly shows: string;
  /** Returns why this dialect has no such cell; null when it has. */
  never(dialect: Dialect): string | null;
  run(dialect: Dialect): Promise<void>;
}

const always = () => null;
const unless = (pick: (dialect: Dialect) => object) => (dialect: Dialect) => {
  const value = pick(dialect);
  return isNever(value) ? value.never : null;
};

const streaming: Behaviour = {
  name: "streaming",
  shows: "the text comes in pieces, and what was live is the answer",
  never: always,
  async run(dialect) {
    await using bench = await startBench(dialect, { script: () => ({ text: "one two three four" }) });
    const { answer, live, steps } = await bench.run({ drafts: [person("count")] });
    expect(answer).toMatchObject({ text: "one two three four", calls: [] });
    expect(live).toBe(answer.text);
    expect(steps.filter(({ type }) => type === "delta").length).toBeGreaterThan(1);
    expectTaken(bench.server, dialect);
  },
};

const toolRound: Behaviour = {
  name: "tool round",
  shows: "a call comes out with its input, and its result is answered; so is the next message",
  never: always,
  async run(dialect) {
    await using bench = await startBench(dialect, {
      script: ({ results, lastUser }) =>
        results.length === 0 && lastUser.endsWith("say a")
          ? { calls: [{ name: "echo", input: { text: "a" } }] }
          : { text: `done: ${results[0] ?? "nothing"}` },
    });
    const called = await bench.run({ drafts: [person("say a")], tools: [echo] });
    expect(called.answer.calls).toMatchObject([{ name: "echo", input: { text: "a" } }]);
    const answered = await bench.run({ drafts: called.after, tools: [echo] });
    expect(answered.answer.text).toBe('done: echoed {"text":"a"}');
    const next = await bench.run({ drafts: [...answered.after, person("and now?")], tools: [echo] });
    expect(next.answer.text).toBe("done: nothing");
    expectTaken(bench.server, dialect);
  },
};

const parallelTools: Behaviour = {
  name: "parallel tools",
  shows: "two calls in one answer, each with its own result",
  never: always,
  async run(dialect) {
    const calls = ["a", "b"].map((text) => ({ name: "echo", input: { text } }));
    await using bench = await startBench(dialect, {
      script: ({ results }) => (results.length === 0 ? { text: "both", calls } : { text: results.join(" ") }),
    });
    const called = await bench.run({ drafts: [person("say a and b")], tools: [echo] });
    expect(called.answer.calls.map(({ name, input }) => ({ name, input }))).toEqual(calls);
    expect(new Set(called.answer.calls.map(({ callId }) => callId)).size).toBe(2);
    const answered = await bench.run({ drafts: called.after, tools: [echo] });
    expect(answered.answer.text).toBe('echoed {"text":"a"} echoed {"text":"b"}');
    expectPairs(bench);
    expectTaken(bench.server, dialect);
  },
};

const thought = "The harbour is deep, so I ask the echo.";

const reasoning: Behaviour = {
  name: "reasoning",
  shows: "what the model thought is kept apart from the answer, and goes back where it is wanted and nowhere else",
  never: unless(({ reasoning: rule }) => rule),
  async run(dialect) {
    await using bench = await startBench(dialect, {
      script: ({ results }) =>
        results.length < 2
          ? { reasoning: thought, text: "wait", calls: [{ name: "echo", input: { text: "a" } }] }
          : { reasoning: thought, text: "deep" },
    });
    let told: Told = await bench.run({ drafts: [person("how deep?")], tools: [echo] });
    // Gemini thinks in silence: its thoughts are only in the signature.
    if (dialect.kind !== "gemini") expect(told.answer.reasoning).toBe(thought);
    expect(told.answer.text).toBe("wait");
    for (let round = 0; round < 2; round += 1) told = await bench.run({ drafts: told.after, tools: [echo] });
    expect(told.answer.text).toBe("deep");
    await bench.run({ drafts: [...told.after, person("and now?")], tools: [echo] });
    const back = bench.server.exchanges.flatMap(({ received }) =>
      received.messages.filter((message) => message.reasoning !== ""),
    );
    const rule = dialect.reasoning;
    if (!isNever(rule) && rule.back === "needed" && dialect.kind !== "gemini") expect(back.length).toBeGreaterThan(0);
    if (!isNever(rule) && rule.back === "refused") expect(back).toEqual([]);
    expect(JSON.stringify(back.map(({ text }) => text))).not.toContain(thought);
    expectTaken(bench.server, dialect);
  },
};

/** Ids that other models gave, some of which become equal when they are only cut or stripped. */
const foreignIds = [
  ...["functions.echo:0", "functions_echo_0", "functions-echo-0", "call_1", "toolu_01A09q90qw90lq917835lq9"],
  ...[`call_${"x".repeat(400)}1`, `call_${"x".repeat(400)}2`, "ключ-1", "a b", "D681PevKs"],
];

const idMapping: Behaviour = {
  name: "id mapping",
  shows: "a history with the ids of every other provider is taken, each result beside its call, the same each time",
  never: always,
  async run(dialect) {
    await using bench = await startBench(dialect, { script: () => ({ text: "read" }) });
    const drafts = [
      person("begin"),
      ...foreignIds
        .slice(0, 6)
        .flatMap((id, n) => [toolCall(id, "echo", { n }), toolResult(id, "echo", `result ${n}`)]),
      bot("half of it"),
      person("go on"),
      ...foreignIds.slice(6).map((id, n) => toolCall(id, "echo", { n: n + 6 })),
      ...foreignIds.slice(6).map((id, n) => toolResult(id, "echo", `result ${n + 6}`)),
    ];
    await bench.run({ drafts, tools: [echo] });
    expectTaken(bench.server, dialect);
    const before = bench.server.exchanges.length;
    await bench.run({ drafts: [...drafts, bot("read"), person("again")], tools: [echo] });
    expect(bench.server.refusals().length).toBe(before - 1);
    const order = expectPairs(bench);
    expect(order).toEqual(foreignIds.map((_, n) => `result ${n}`));
    const ids = bench.server.exchanges
      .slice(before - 1)
      .map(({ received }) => received.messages.flatMap(({ calls }) => calls.map(({ callId }) => callId)));
    expect(ids[1]).toEqual(ids[0]);
  },
};

const roles: Behaviour = {
  name: "roles",
  shows:
    "a message or a notice in the middle of tool rounds, two messages in a row, a history that begins or ends with the bot",
  never: always,
  async run(dialect) {
    await using bench = await startBench(dialect, { script: () => ({ text: "understood" }) });
    const round = (n: number) => [
      toolCall(`call_${n}`, "echo", { n }),
      toolResult(`call_${n}`, "echo", n === 2 ? "" : `result ${n}`),
    ];
    const restart = notice("The server was restarted.", { type: "restart", deaths: 1 });
    const histories: (readonly EntryDraft[])[] = [
      [person("begin"), ...round(1), person("stop, rather this")],
      [person("begin"), ...round(1), ...round(2), restart],
      [bot("I begin"), person("yes"), person("and this"), ...round(3), restart, ...round(4)],
      [person("begin"), bot("half", { partial: true }), person("go on"), bot(" "), ...round(5), bot("done"), restart],
      [person("begin"), toolCall("call_6", "echo", "not an object"), person("no result came")],
    ];
    for (const drafts of histories) {
      const { answer } = await bench.run({ drafts, tools: [echo] });
      expect(answer.text).toBe("understood");
    }
    expectTaken(bench.server, dialect);
    for (const { received } of bench.server.exchanges) {
      const [last] = received.messages.slice(-1);
      expect(["user", "tool"]).toContain(last?.role);
    }
  },
};

const tooLong: Behaviour = {
  name: "too long",
  shows: "a window longer than the model takes is summed up and answered",
  never: always,
  async run(dialect) {
    const most = 8_192;
    const isSilent = dialect.tooLong(1, 1) === null;
    await using bench = await startBench(dialect, {
      contextTokens: most,
      // A server that cuts silently states its limit beforehand.
      ...(isSilent && { facts: { contextTokens: most } }),
      script: ({ messages }) => ({
        text: messages.some(({ text }) => text.includes("newest question")) ? "the newest answer" : "THE GIST",
      }),
    });
    const words = "harbour crane lighthouse ".repeat(80);
    const drafts = Array.from({ length: 40 }, (_, n) => [person(`${n} ${words}`), bot(`${n} ${words}`)]).flat();
    const { answer, steps } = await bench.run({ drafts: [...drafts, person("the newest question")], tools: [echo] });
    expect(answer.text).toBe("the newest answer");
    expect(steps.some(({ type }) => type === "compaction")).toBe(true);
    expect(bench.server.exchanges.length).toBeLessThan(14);
    expect(bench.server.exchanges.some(({ cut }) => cut)).toBe(false);
  },
};

const images: Behaviour = {
  name: "images",
  shows: "a picture is sent to a model that sees, and named to one that does not",
  never: always,
  async run(dialect) {
    const readFile = async () => new Uint8Array(Buffer.from(pictureBase64, "base64"));
    const drafts = [{ ...person("what is this?"), attachments: [picture] }];
    for (const vision of dialect.images.sees ? [true, false] : [false]) {
      await using bench = await startBench(dialect, { vision, facts: { vision }, script: () => ({ text: "seen" }) });
      const { answer } = await bench.run({ drafts, readFile });
      expect(answer.text).toBe("seen");
      expectTaken(bench.server, dialect);
      const { received } = newest(bench.server);
      expect(received.images).toEqual(vision ? [pictureBase64] : []);
      if (!vision) expect(received.messages.map(({ text }) => text).join("\n")).toContain(picture.name);
    }
  },
};

const noTools: Behaviour = {
  name: "no tools",
  shows: "a model that takes no tools is asked without them from then on, and people see a notice",
  never: unless(({ noTools: refusal }) => refusal),
  async run(dialect) {
    await using bench = await startBench(dialect, { tools: false, script: () => ({ text: "by hand" }) });
    const { answer, steps } = await bench.run({ drafts: [person("hello")], tools: [echo] });
    expect(answer.text).toBe("by hand");
    expect(steps.filter((step) => step.type === "notice" && step.about === "model").length).toBe(1);
    const refused = bench.server.refusals().length;
    expectTaken(bench.server, dialect, 1);
    await bench.run({ drafts: [person("hello"), bot("by hand"), person("again")], tools: [echo] });
    expect(bench.server.refusals().length).toBe(refused);
  },
};

const againLater: Behaviour = {
  name: "again later",
  shows: "a limit of requests, or a model that is loading, is waited for as long as the server says",
  never: unless(({ rateLimit }) => rateLimit),
  async run(dialect) {
    const { rateLimit } = dialect;
    if (isNever(rateLimit)) return;
    const clock = createManualClock();
    const state = { limited: false };
    await using bench = await startBench(dialect, {
      clock,
      script: () => {
        if (state.limited) return { text: "at last" };
        state.limited = true;
        return { instead: rateLimit };
      },
    });
    const steps: string[] = [];
    const running = bench.run({ drafts: [person("hello")], onStep: ({ type }) => steps.push(type) });
    const ended = running.then(
      () => true,
      () => true,
    );
    const from = clock.now();
    while (!(await Promise.race([ended, letRead(bench.server)]))) if (steps.includes("retry")) clock.advance(500);
    expect((await running).answer.text).toBe("at last");
    expect(clock.now() - from).toBeGreaterThanOrEqual(rateLimit.status === 429 ? 7_000 : 500);
    expect(bench.server.exchanges.length - bench.server.refusals().length).toBe(2);
    expectTaken(bench.server, dialect);
  },
};

const errorInStream: Behaviour = {
  name: "error in stream",
  shows: "an error after the first words voids them, and the model is asked again",
  never: always,
  async run(dialect) {
    const state = { broken: false };
    await using bench = await startBench(dialect, {
      script: () => {
        if (state.broken) return { text: "the whole answer" };
        state.broken = true;
        return { text: "half an answer that ends here", thenBreak: "error" };
      },
    });
    const { answer, live, steps } = await bench.run({ drafts: [person("hello")] });
    expect(answer.text).toBe("the whole answer");
    expect(live).toBe("the whole answer");
    expect(steps.filter(({ type }) => type === "retry").length).toBeGreaterThan(0);
    expectTaken(bench.server, dialect);
  },
};

const usage: Behaviour = {
  name: "usage",
  shows:
    "tokens are counted as the server counts them, those from its cache at their own price, and its own bill is believed",
  never: always,
  async run(dialect) {
    const tokens = { input: 1_000, cached: 400, output: 50, costUsd: 0.0123 };
    await using bench = await startBench(dialect, { script: () => ({ text: "counted", tokens }) });
    const { answer } = await bench.run({ drafts: [person("hello")] });
    expect(answer).toMatchObject({ inputTokens: 1_000, outputTokens: 50 });
    const cached = dialect.tells.cached ? 400 : 0;
    const cost = (1_000 - cached + cached * 0.1 + 50 * 10) / 1e6;
    expect(answer.costUsd).toBeCloseTo(dialect.tells.cost ? 0.0123 : cost, 9);
  },
};

const cancel: Behaviour = {
  name: "cancel",
  shows: "a stop ends the call and closes its connection",
  never: always,
  async run(dialect) {
    const stop = new AbortController();
    await using bench = await startBench(dialect, { script: () => ({ text: "one two three", thenBreak: "stall" }) });
    const running = bench.run({
      drafts: [person("count")],
      signal: stop.signal,
      onStep: ({ type }) => type === "delta" && stop.abort(new Error("stopped")),
    });
    await expect(running).rejects.toThrow("stopped");
    await expect.poll(() => bench.server.exchanges.at(-1)?.aborted).toBe(true);
  },
};

const patience: Behaviour = {
  name: "patience",
  shows: "a first word that takes nine minutes is waited for, and far longer where the server shows that it is alive",
  never: always,
  async run(dialect) {
    const clock = createManualClock();
    const ready = Promise.withResolvers<Bench>();
    await using bench = await startBench(dialect, {
      clock,
      script: () => ({
        text: "it was a long thought",
        before: async (live) => {
          const { server } = await ready.promise;
          const signs = dialect.signOfLife === null ? 1 : 15;
          for (let n = 0; n < signs; n += 1) {
            await live.signOfLife();
            await letRead(server);
            clock.advance(dialect.signOfLife === null ? 540_000 : 50_000);
            await letRead(server);
          }
        },
      }),
    });
    ready.resolve(bench);
    const { answer, steps } = await bench.run({ drafts: [person("hello")] });
    expect(answer.text).toBe("it was a long thought");
    expect(steps.filter(({ type }) => type === "retry")).toHaveLength(bench.server.refusals().length);
    expectTaken(bench.server, dialect);
  },
};

export const behaviours: readonly Behaviour[] = [
  ...[streaming, toolRound, parallelTools, reasoning, idMapping, roles, tooLong],
  ...[images, noTools, againLater, errorInStream, usage, cancel, patience],
];

/**
 * Expects every result of the newest request behind the call with its id, with the results in the order of their calls.
 */
function expectPairs({ server }: Bench): string[] {
  const { messages } = newest(server).received;
  const resultById = new Map(
    messages.flatMap(({ role, callId, text }) => (role === "tool" ? [[callId, text] as const] : [])),
  );
  const ids = messages.flatMap(({ calls }) => calls.map(({ callId }) => callId));
  expect(new Set(ids).size).toBe(ids.length);
  return ids.map((id) => resultById.get(id) ?? "none");
}
