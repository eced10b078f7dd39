/** Tests what the lanes do with turns that are claimed and have not begun. */
import { expect, it } from "vitest";
import { openModelStore } from "../model/store.ts";
import type { Store } from "../port/store.ts";
import { cancelSession } from "../session/cancel.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { messageSeed } from "../testing/seeds.ts";

it("TU6: of many turns claimed together, one is cancelled that has not begun yet", async () => {
  const gate = createGate();
  await using reef = await startHarness(
    async (clock) => {
      const { sleep } = clock;
      // The pause between turns that begin; it lasts until the test lets it end.
      Object.assign(clock, {
        sleep: (ms: number, signal?: AbortSignal) => (ms === 0 ? gate.opened : sleep(ms, signal)),
      });
      return openModelStore({ clock });
    },
    { script: () => "done", settings: { maxTurns: 20 } },
  );
  const bot = await reef.newBot();
  const sessions = await Promise.all(Array.from({ length: 12 }, () => reef.newSession(bot)));
  const messages = sessions.map(({ id }) => messageSeed(id));
  const ops = messages.map((message) => ({ op: "message.send" as const, message }));
  await reef.store.commit({ at: new Date(reef.clock.now()).toISOString(), ops });
  for (const { id } of messages.slice(0, 8)) expect(await reef.settled(id)).toMatchObject({ state: "answered" });
  expect(reef.runtime.calls).toHaveLength(8);
  const last = sessions.at(-1)!;
  const cancelled = cancelSession(reef.deps, last.id, { by: "person" });
  await reef.until(async () => reef.events.some((e) => e.type === "turn.changed" && e.turn.cancelRequested !== null));
  gate.open();
  expect(await cancelled).toEqual({ cancelled: [last.id], idle: [], notStopped: [] });
  for (const { id } of messages.slice(8, -1)) expect(await reef.settled(id)).toMatchObject({ state: "answered" });
  expect(await reef.settled(messages.at(-1)!.id)).toMatchObject({ state: "cancelled" });
  expect(reef.runtime.calls).toHaveLength(11);
});

it("TU6: a cancel finds a turn whose claim is committed and not answered yet", async () => {
  const gate = createGate();
  await using reef = await startHarness(
    async (clock) => {
      const store = openModelStore({ clock });
      const claim: Store["claim"] = async (...given) => {
        const claims = await store.claim(...given);
        if (claims.length > 0) await gate.opened;
        return claims;
      };
      return { ...store, claim };
    },
    { script: () => "done" },
  );
  const session = await reef.newSession();
  const message = await reef.send(session, "go");
  await reef.until(async () => (await reef.store.read.totals()).runningTurns === 1);
  const cancelled = cancelSession(reef.deps, session.id, { by: "person" });
  await reef.until(async () => reef.events.some((e) => e.type === "turn.changed" && e.turn.cancelRequested !== null));
  gate.open();
  expect(await cancelled).toEqual({ cancelled: [session.id], idle: [], notStopped: [] });
  expect(await reef.settled(message.id)).toMatchObject({ state: "cancelled" });
  expect(reef.runtime.calls).toEqual([]);
});
