/** Tests what a kill leaves: every turn that ran continues immediately (TU2), and a clean stop loses nothing either. */
import type { Schedule } from "@reef/protocol/schedule";
import { expect, test } from "vitest";
import { startReef } from "./support/reef-process.ts";

const turns = 60;
const limitMs = 2_000;

test("TU2: after kill -9 all unfinished turns run again within 2 s of the server being ready", {
  timeout: 90_000,
}, async () => {
  await using reef = await startReef({});
  const { client } = reef;
  const bot = await client.createBot({ name: "sleeper", runtime: "demo" });
  const sessions = await Promise.all(
    Array.from({ length: turns }, (_, index) => client.createSession({ botId: bot.id, title: `sleeper ${index}` })),
  );
  await Promise.all(sessions.map((session) => client.sendMessage(session.id, { text: "sleep 300s" })));
  await untilRunning(() => client.status(), turns);

  await reef.restart();
  const readyAt = performance.now();
  await untilRunning(() => client.status(), turns);
  // A start of more than two seconds, four times the usual, means that the machine is busy with others.
  const slowness = Math.max(1, reef.readyMs / 2_000);
  expect(performance.now() - readyAt).toBeLessThan(limitMs * slowness);

  const [first] = sessions;
  if (first === undefined) throw new Error("expected a session");
  // The receipt is the first thing that a resumed turn writes.
  await expect.poll(async () => (await client.turnsOfSession(first.id)).items[0]?.crashReceipt).toBeTruthy();
  const { items } = await client.turnsOfSession(first.id);
  // TU4: many turns ended in one death, which is charged to none of them.
  expect(items).toMatchObject([{ state: "running", attempts: 0 }]);
  const kinds = async () => (await client.entries(first.id)).items.map(({ notice, kind }) => notice?.type ?? kind);
  await expect.poll(kinds).toEqual(["person", "restart"]);
});

test("a clean stop gives the turns back: they go on, and no death is counted", { timeout: 90_000 }, async () => {
  await using reef = await startReef({});
  const { client } = reef;
  const bot = await client.createBot({ name: "sleeper", runtime: "demo" });
  const session = await client.createSession({ botId: bot.id });
  const message = await client.sendMessage(session.id, { text: "sleep 3s" });
  await untilRunning(() => client.status(), 1);
  expect(await reef.stop()).toBe(0);
  await reef.restart();
  for (;;) {
    const { state } = await client.message(message.id);
    if (state === "answered") break;
    expect(["queued", "delivered"]).toContain(state);
    await new Promise((done) => setTimeout(done, 100));
  }
  const { items } = await client.turnsOfSession(session.id);
  expect(items).toMatchObject([{ state: "done", attempts: 0, crashReceipt: null }]);
});

test("SC1, SC2: what is due around a kill -9 is sent once, what passed meanwhile as one", {
  timeout: 90_000,
}, async () => {
  await using reef = await startReef({});
  const { client } = reef;
  const bot = await client.createBot({ name: "clockwork", runtime: "demo" });
  const session = await client.createSession({ botId: bot.id });
  const inMs = (ms: number) => ({ kind: "at", at: new Date(Date.now() + ms).toISOString() }) as const;
  const plan = (text: string, ms: number) => client.createSchedule({ sessionId: session.id, text, timing: inMs(ms) });
  const made: Schedule[] = [];
  for (let n = 0; n < 40; n++) made.push(await plan(`echo tick ${n}`, 300 + n * 50));
  await expect.poll(async () => (await client.schedule(made[5]!.id)).state, { timeout: 20_000 }).toBe("done");
  await reef.kill();
  await new Promise((done) => setTimeout(done, 2_500));
  await reef.restart();
  const done = async () => (await client.schedules({ sessionId: session.id, state: "done", limit: 100 })).items.length;
  await expect.poll(done, { timeout: 20_000 }).toBe(40);
  await expect.poll(async () => (await client.session(session.id)).status, { timeout: 20_000 }).toBe("idle");
  const { items } = await client.entries(session.id, { limit: 1000 });
  const said = items.filter(({ kind }) => kind === "bot").map(({ text }) => text);
  const first = said[0]?.match(/tick \d+/)?.[0];
  expect(first).toBe("tick 0");
  const ticks = items.filter(({ kind }) => kind === "person").map(({ text }) => text);
  expect(ticks.toSorted()).toEqual(made.map(({ text }) => text).toSorted());
});

async function untilRunning(status: () => Promise<{ readonly running: number }>, count: number): Promise<void> {
  while ((await status()).running < count) await new Promise((done) => setTimeout(done, 20));
}
