import { answer } from "@reef/engine/testing/scripted-runtime";
import type { BotId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { noUsage } from "@reef/protocol/usage";
import { expect, test } from "vitest";
import { serve, until } from "../testing/serve.ts";

const everything = msToIso(0);

test("BU2: the pulse tells what each bot used since a time, and before it", async () => {
  await using reef = await serve();
  const session = await reef.newSession("ada");
  const day = await reef.client.pulse({ since: msToIso(Date.now() - 3_600_000), bucketMs: 600_000 });
  await reef.client.sendMessage(session.id, { text: "hello" });
  const bot = await until(async () => {
    const now = await reef.client.bot(session.botId);
    return now.spend.modelCalls > 0 && now;
  });
  const pulse = await reef.client.pulse({ since: day.since, bucketMs: 600_000 });
  expect(pulse.items[0]).toMatchObject({
    botId: bot.id,
    spentBefore: noUsage,
  });
  expect(pulse.items[0]?.steps.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(pulse.items[0]?.steps.length).toBeLessThanOrEqual(7);
  const later = await reef.client.pulse({ since: msToIso(Date.now() + 1), bucketMs: 600_000 });
  expect(later.items[0]?.spentBefore).toEqual(bot.spend);
});

test("SE7: a pulse of a million buckets is refused with what was expected", async () => {
  await using reef = await serve();
  const answer = await reef.request("GET", `/v1/pulse?since=${everything}&bucketMs=60000`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/at most 2000 buckets/);
});

test("the timeline and the traffic say the same as activity and messages", async () => {
  await using reef = await serve({
    script: ({ entries }) =>
      entries.at(-1)?.text === "go"
        ? [answer("", { name: "session_send", input: { to: "ben", text: "over to you" } })]
        : "thanks",
  });
  const ada = await reef.newSession("ada");
  const ben = await reef.newSession("ben");
  await reef.client.sendMessage(ada.id, { text: "go" });
  await until(async () => (await reef.client.messages({ sessionId: ben.id })).items[0]?.receipts.actedAt);
  const timeline = await reef.client.timeline({ since: everything });
  const activity = await reef.client.activity();
  expect(timeline.turns.map(({ id }) => id).toSorted()).toEqual(activity.items.map(({ turn }) => turn.id).toSorted());
  const { items: sent } = await reef.client.messages({ betweenBots: true });
  expect(timeline.messages.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  const between = (from: BotId, to: BotId) =>
    sent.filter(
      (each) =>
        each.from.kind === "session" &&
        each.from.botId === from &&
        each.sessionId === (to === ben.botId ? ben.id : ada.id),
    ).length;
  const { items: traffic } = await reef.client.traffic();
  for (const { fromBotId, toBotId, count } of traffic) expect(count).toBe(between(fromBotId, toBotId));
  expect(traffic.reduce((sum, { count }) => sum + count, 0)).toBe(sent.length);
  expect(sent.length).toBeGreaterThan(0);
});

test("TU6: a stop of everything ends every running turn, pauses nothing, and leaves waiting messages unless told", async () => {
  await using reef = await serve({
    script: async function* ({ signal }) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      yield answer("late");
    },
  });
  const sessions = [await reef.newSession("a"), await reef.newSession("b"), await reef.newSession("c")];
  for (const { id } of sessions.slice(0, 2)) await reef.client.sendMessage(id, { text: "work" });
  await until(async () => (await reef.client.sessions({ status: "running" })).items.length === 2);
  const [first] = sessions;
  const waiting = await reef.client.sendMessage(first!.id, { text: "next" });
  const report = await reef.client.stopAll({ queued: true });
  expect(new Set(report.cancelled)).toEqual(new Set(sessions.slice(0, 2).map(({ id }) => id)));
  expect([report.notStopped, report.idle]).toEqual([[], []]);
  expect((await reef.client.message(waiting.id)).state).toBe("cancelled");
  expect((await reef.client.bots()).items.map(({ pausedAt }) => pausedAt)).toEqual([null, null, null]);
  expect(await reef.client.stopAll()).toEqual({ cancelled: [], idle: [], notStopped: [], kept: [], held: null });

  await reef.client.sendMessage(first!.id, { text: "again" });
  await until(async () => (await reef.client.session(first!.id)).status === "running");
  const kept = await reef.client.sendMessage(first!.id, { text: "kept" });
  expect((await reef.client.stopAll()).cancelled).toEqual([first!.id]);
  expect((await reef.client.message(kept.id)).state).not.toBe("cancelled");
  await reef.client.stopAll({ queued: true });
});
