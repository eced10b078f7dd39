/** How long a model is waited for, on a clock that only the test moves. */
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
  expect(failure?.message).toMatch(/fell silent for 5 s \(tried 2 times\)/);
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
