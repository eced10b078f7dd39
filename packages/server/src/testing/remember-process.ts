/**
 * Runs as the process that is killed: writes memories of one bot without a pause, with an index that follows, and
 * prints what is on disk.
 */
import { join } from "node:path";
import { stdout } from "node:process";
import { defaultSettings } from "@reef/engine/deps";
import { startEngine } from "@reef/engine/engine";
import { remember } from "@reef/engine/memory/remember";
import { createBot } from "@reef/engine/registry/bots";
import { openRecall } from "@reef/recall/open-recall";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { systemClock } from "../clock.ts";
import { createLog } from "../observe/log.ts";

const [folder = ""] = process.argv.slice(2);
const store = await openSqliteStore({ folder, clock: systemClock });
const { deps } = startEngine({
  store,
  clock: systemClock,
  runtimes: new Map(),
  live: { publish: () => undefined },
  settings: defaultSettings,
  log: createLog("silent"),
  openRecall: () => openRecall({ folder: join(folder, "recall") }),
});
const [known] = (await store.read.bots({ limit: 1, cursor: null })).items;
const bot = known ?? (await createBot(deps, { name: "writer" }));
// Not written synchronously: a slow reader must not end the process.
stdout.write(`ready ${bot.id}\n`);
for (let n = 0; ; n++) {
  const unique = `${systemClock.now()}x${n}`;
  const write = async (from: number) => {
    const items = Array.from({ length: 10 }, (_, place) => ({ text: `fact number${from + place}q${unique} is kept` }));
    for (const { id } of await remember(deps, bot.id, items)) stdout.write(`ack ${id}\n`);
  };
  await Promise.all([write(0), write(10), write(20)]);
  if (n % 20 === 0) await deps.index?.inStep(bot.id);
}
