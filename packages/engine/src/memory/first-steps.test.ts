/** Tests ME8: what a turn waits for after a start, and which turns do not wait. */
import { BotId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { expect, it } from "vitest";
import { openModelStore } from "../model/store.ts";
import type { Recall } from "../port/recall.ts";
import { startHarness } from "../testing/harness.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { openWordIndex } from "../testing/word-index.ts";
import { createFirstSteps } from "./first-steps.ts";
import { MemoryIndex } from "./memory-index.ts";
import { remember } from "./remember.ts";

const never = new Promise<never>(() => undefined);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it("ME8: a turn whose index is slow to begin after a start gets its memory all the same", async () => {
  const opened = Promise.withResolvers<void>();
  let isAsked = false;
  const openRecall = (): Recall => {
    const recall = openWordIndex();
    return {
      ...recall,
      version: async (bot) => {
        isAsked = true;
        await opened.promise;
        return recall.version(bot);
      },
      search: async (bot, query) => {
        isAsked = true;
        await opened.promise;
        return recall.search(bot, query);
      },
    };
  };
  await using harness = await startHarness(async (clock) => openModelStore({ clock }), {
    script: () => "ok",
    openRecall,
  });
  const bot = await harness.newBot();
  await remember(harness.deps, bot.id, [{ text: "the key lies under the blue pot" }]);
  const session = await harness.newSession(bot);
  const { id } = await harness.send(session, "where is the key?");
  await expect.poll(() => isAsked && harness.clock.sleeping > 0, { timeout: 30_000 }).toBe(true);
  harness.clock.advance(harness.worker.deps.settings.recallWaitMs * 3);
  opened.resolve();
  await harness.settled(id);
  expect(harness.runtime.calls[0]?.recalled).toContain("under the blue pot");
});

it("ME8: an index that never begins delays a bot's turns once", async () => {
  const clock = createManualClock();
  const steps = createFirstSteps({ clock, step: () => never });
  const bot = BotId.parse("bot_01976f3a-0000-7000-8000-000000000001");
  const first = steps.wait(bot, 10_000);
  clock.advance(6_000);
  const second = steps.wait(bot, 10_000);
  clock.advance(4_000);
  await Promise.all([first, second]);
  await steps.wait(bot, 10_000);
  expect(clock.sleeping).toBe(0);
});

it("ME8: a small index is searched while large ones are built, however many wait for that", async () => {
  await using harness = await startHarness(async (clock) => openModelStore({ clock }), { script: () => "ok" });
  const { store, clock, deps } = harness;
  const bots = await Promise.all(Array.from({ length: 7 }, () => harness.newBot()));
  for (const { id } of bots) await remember(deps, id, [{ text: "one apple" }]);
  const [small, ...lost] = bots.map(({ id }) => id);
  const built = Promise.withResolvers<void>();
  const words = openWordIndex();
  let rebuilds = 0;
  const recall: Recall = {
    ...words,
    // Its version is newer than its rows, so it is rebuilt.
    version: async (bot) => ((await words.version(bot)) === 0 && bot !== small ? 1_000 : words.version(bot)),
    rebuild: async (bot, source) => {
      rebuilds += 1;
      await built.promise;
      return words.rebuild(bot, source);
    },
  };
  await using index = new MemoryIndex({ store, clock, log, openRecall: () => recall });
  const ask = async (bot: BotId) =>
    (await index.search(bot, { text: "apple", k: 5, now: msToIso(clock.now()) })).hits.length;
  const waiting = lost.map(ask);
  await expect.poll(() => rebuilds, { timeout: 30_000 }).toBe(2);
  expect(await ask(small as BotId)).toBe(1);
  expect(rebuilds).toBe(2);
  built.resolve();
  expect(await Promise.all(waiting)).toEqual(lost.map(() => 1));
});
