/** Tests how long a call waits for a model, on a clock that only the test moves. */
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { expect, test } from "vitest";
import { loopOn, outcomeOf } from "../testing/loop-kit.ts";
import { chunk, events, startRawServer } from "../testing/raw-server.ts";
import { contextOf } from "../testing/turn-context.ts";

const begun = `data: ${JSON.stringify(chunk({ content: "well, " }))}\n\n`;
const rest = events(chunk({ content: "yes" }), chunk({}, "stop")).join("");

async function settle() {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

test("PR4: a model that thinks for an hour behind comments is waited for, in one request", async () => {
  const clock = createManualClock();
  await using server = await startRawServer(() => ({ pieces: [": hello\n\n"], end: "hold" }));
  const run = outcomeOf(loopOn(server.url, { clock }).runtime.run(contextOf({})));
  await expect.poll(() => server.requests.length).toBe(1);
  await expect.poll(() => clock.sleeping).toBe(1);
  for (let minutes = 0; minutes < 55; minutes += 5) {
    await settle();
    clock.advance(300_000);
    server.write(": still thinking\n\n");
    await expect.poll(() => clock.sleeping).toBe(1);
    await settle();
  }
  server.write(begun + rest);
  const { answer, steps } = await run;
  expect(answer?.text).toBe("well, yes");
  expect(server.requests).toHaveLength(1);
  expect(steps[0]).toEqual({ type: "phase", phase: "waiting" });
});

test("PR4: the wait for the first token and the one between tokens are the provider's own", async () => {
  const clock = createManualClock();
  await using server = await startRawServer((_request, n) => ({ pieces: n === 1 ? [] : [begun], end: "hold" }));
  const provider = { firstTokenMs: 90_000, betweenTokensMs: 5_000 };
  const run = outcomeOf(loopOn(server.url, { clock, provider, times: { pauseMs: 1 } }).runtime.run(contextOf({})));
  await expect.poll(() => server.requests.length).toBe(1);
  await settle();
  const retryAt: number[] = [];
  const start = clock.now();
  for (let second = 0; second < 400 && server.left < 2; second += 1) {
    clock.advance(1_000);
    await settle();
    if (server.left > retryAt.length) retryAt.push((clock.now() - start) / 1_000);
  }
  const { failure } = await run;
  expect(retryAt[0]).toBeGreaterThanOrEqual(90);
  expect(retryAt[0]).toBeLessThan(100);
  expect(retryAt[1]! - retryAt[0]!).toBeLessThan(15);
  expect(failure?.message).toMatch(/sent nothing for 5 s \(tried 2 times\)/);
});

test("PR4: an answer that is whole is not waited on when the connection stays open", async () => {
  const clock = createManualClock();
  const whole = `data: ${JSON.stringify(chunk({ content: "well" }, "stop"))}\n\n`;
  await using server = await startRawServer(() => ({ pieces: [whole], end: "hold" }));
  const run = outcomeOf(loopOn(server.url, { clock }).runtime.run(contextOf({})));
  let isDone = false;
  void run.then(() => {
    isDone = true;
  });
  let seconds = 0;
  for (; seconds < 600 && !isDone; seconds += 1) {
    await settle();
    clock.advance(1_000);
  }
  expect((await run).answer?.text).toBe("well");
  expect(seconds).toBeLessThan(30);
  expect(server.requests).toHaveLength(1);
});

test("PR4: a refusal whose words never end is told by what came of it", async () => {
  const clock = createManualClock();
  await using server = await startRawServer(() => ({ status: 400, pieces: ["half of a rea"], end: "hold" }));
  const { failure } = await driven(clock, outcomeOf(loopOn(server.url, { clock }).runtime.run(contextOf({}))));
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("answered 400: half of a rea") });
  expect(server.requests).toHaveLength(1);
});

const loading = [
  [503, "Loading model"],
  [503, "Model m is currently loading"],
  [500, "the model is still being loaded"],
  [503, "The deployment is warming up"],
] as const;

test.each(
  loading,
)("PR4: a model that is loaded first, %i “%s”, is waited for as for a first token", async (status, words) => {
  const clock = createManualClock();
  const startedAt = clock.now();
  const refusal = { status, pieces: [JSON.stringify({ error: { message: words } })] };
  await using server = await startRawServer(() =>
    clock.now() - startedAt < 180_000 ? refusal : { pieces: [begun + rest] },
  );
  const { runtime } = loopOn(server.url, { clock, times: { pauseMs: 500 } });
  const { answer } = await driven(clock, outcomeOf(runtime.run(contextOf({}))));
  expect(answer?.text).toBe("well, yes");
  expect(server.requests.length).toBeLessThan(25);
});

test("PR4: a model that is never loaded is given up when a first token would be", async () => {
  const clock = createManualClock();
  await using server = await startRawServer(() => ({ status: 503, pieces: ["Loading model"] }));
  const provider = { firstTokenMs: 60_000 };
  const { runtime } = loopOn(server.url, { clock, provider, times: { pauseMs: 500 } });
  const { failure } = await driven(clock, outcomeOf(runtime.run(contextOf({}))));
  expect(failure?.message).toContain("Loading model");
  expect(server.requests.length).toBeLessThan(20);
});

/** Moves the clock while the run waits. */
async function driven<T>(clock: ReturnType<typeof createManualClock>, run: Promise<T>): Promise<T> {
  let isDone = false;
  void run.then(() => {
    isDone = true;
  });
  for (let seconds = 0; seconds < 1_000 && !isDone; seconds += 1) {
    await settle();
    clock.advance(1_000);
  }
  return run;
}
