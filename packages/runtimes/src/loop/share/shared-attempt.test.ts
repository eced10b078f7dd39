/** Tests how the bots of one model share its limits, against a scripted server. */
import { RuntimeFailure, type RuntimeStep } from "@reef/engine/port/runtime";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { BotId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { fail, say } from "../../testing/model-script.ts";
import { startModelServer } from "../../testing/model-server.ts";
import { contextOf, person } from "../../testing/turn-context.ts";
import { createLoopRuntime } from "../loop-runtime.ts";
import { fixedModels } from "../settings.ts";

const patient = { timeout: 30_000 };

const turnOf = (name: string) => contextOf({ drafts: [person("hi")], bot: { id: `bot_${name}` as BotId } });

function runtimeAt(url: string, clock = createManualClock()) {
  const models = fixedModels({
    defaultProvider: "main",
    defaultModel: "scripted",
    providers: { main: { kind: "openai-compatible", baseUrl: `${url}/v1` } },
  });
  return { clock, runtime: createLoopRuntime({ clock, log: { warn: () => undefined }, models }) };
}

/** Runs a turn and keeps what it says, in words. */
function watch(run: AsyncIterable<RuntimeStep>) {
  const said: string[] = [];
  const done = (async () => {
    for await (const step of run) said.push(`${step.type} ${"reason" in step ? (step.reason ?? "") : ""}`);
  })();
  done.catch(() => undefined);
  return { said: () => said.join("\n"), done };
}

test("TU9: after one bot is refused, no other asks before the time that the server named", async () => {
  await using server = await startModelServer({
    script: ({ attempt }) => (attempt === 1 ? fail(429, { retryAfter: "15" }) : say("ok")),
  });
  const { clock, runtime } = runtimeAt(server.url);
  const first = watch(runtime.run(turnOf("first")));
  await expect.poll(first.said, patient).toContain("retry");
  const second = watch(runtime.run(turnOf("second")));
  await expect.poll(second.said, patient).toContain("limits its requests");
  expect(server.stats().requests).toBe(1);
  await expect.poll(() => clock.sleeping, patient).toBeGreaterThan(1);
  clock.advance(15_000);
  await Promise.all([first.done, second.done]);
  expect(server.stats().requests).toBe(3);
});

test("TU9: a turn whose place is far off gives its lane back, and no attempt is counted", async () => {
  await using server = await startModelServer({ script: () => fail(429, { retryAfter: "50" }) });
  const { clock, runtime } = runtimeAt(server.url);
  const stop = new AbortController();
  const first = watch(runtime.run({ ...turnOf("first"), signal: stop.signal }));
  await expect.poll(first.said, patient).toContain("retry");
  const second = watch(runtime.run(turnOf("second")));
  await expect.poll(second.said, patient).toContain("limits its requests");
  await expect.poll(() => clock.sleeping, patient).toBeGreaterThan(1);
  clock.advance(20_000);
  const failure = await second.done.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RuntimeFailure);
  expect(failure).toMatchObject({ isOutage: true, retryAfterMs: 30_000 });
  stop.abort(new Error("over"));
  await expect(first.done).rejects.toThrow("over");
});

const twoModels = (deadUrl: string, ableUrl: string) =>
  fixedModels({
    defaultProvider: "main",
    defaultModel: "big",
    fallbackModel: "able/small",
    providers: {
      main: { kind: "openai-compatible", baseUrl: `${deadUrl}/v1`, prices: { "*": { input: 1_000, output: 1_000 } } },
      able: { kind: "openai-compatible", baseUrl: `${ableUrl}/v1`, prices: { "*": { input: 1, output: 1 } } },
    },
  });

test("TU9, BU1: while a model is down, nothing is reserved for it, and its fallback is reserved at its own price", async () => {
  await using able = await startModelServer({ script: () => say("ok") });
  const clock = createManualClock();
  const models = twoModels("http://127.0.0.1:1", able.url);
  const runtime = createLoopRuntime({ clock, log: { warn: () => undefined }, models });
  const prices: (number | null)[] = [];
  const reserve = async ({ price }: { readonly price: { readonly input: number } | null }) => {
    prices.push(price?.input ?? null);
    return null;
  };
  const first = watch(runtime.run({ ...turnOf("first"), reserve }));
  const ticking = { isOver: false };
  void first.done
    .catch(() => undefined)
    .finally(() => {
      ticking.isOver = true;
    });
  await expect
    .poll(() => {
      if (clock.sleeping > 0 && !ticking.isOver) clock.advance(500);
      return ticking.isOver;
    }, patient)
    .toBe(true);
  expect(first.said()).toContain("notice");
  expect(prices.at(-1)).toBe(1);
  const before = prices.length;
  // The pause before the next try has not passed: its own model costs nothing, not even a reservation.
  const steps = [];
  for await (const step of runtime.run({ ...turnOf("second"), reserve })) steps.push(step);
  expect(prices.slice(before)).toEqual([1]);
  expect(steps.at(-1)).toMatchObject({ type: "answer", text: "ok", facts: { model: "able/small" } });
  expect(runtime.models?.()).toMatchObject([
    { name: "main/big", isDown: true },
    { name: "able/small", isDown: false },
  ]);
});

test("TU9: a turn that is refused for its provider's limits again and again waits, and no attempt is counted", async () => {
  await using server = await startModelServer({ script: () => fail(429, { retryAfter: "30" }) });
  const { clock, runtime } = runtimeAt(server.url);
  const turn = watch(runtime.run(turnOf("first")));
  const over = { is: false };
  void turn.done
    .catch(() => undefined)
    .finally(() => {
      over.is = true;
    });
  await expect
    .poll(() => {
      if (clock.sleeping > 0 && !over.is) clock.advance(1_000);
      return over.is;
    }, patient)
    .toBe(true);
  const failure = await turn.done.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RuntimeFailure);
  expect(failure).toMatchObject({ isOutage: true, model: { name: "main/scripted", state: "limited" } });
});
