/** Runs as the process that is killed: fifty turns at the same moment against a budget for twenty calls. */
import { createBudget } from "@reef/engine/budget/budgets";
import { defaultSettings } from "@reef/engine/deps";
import { sendMessage } from "@reef/engine/mailbox/send";
import { createBot } from "@reef/engine/registry/bots";
import { createSession } from "@reef/engine/session/sessions";
import { openSqliteStore } from "../sqlite/open.ts";
import { limitTokens, realClock, startPaying, turns } from "./paying.ts";

const [, , folder = "", calls = ""] = process.argv;
const store = await openSqliteStore({ folder, clock: realClock });
const deps = { store, clock: realClock, settings: defaultSettings };
if ((await store.read.budgets()).length === 0) {
  await createBudget(deps, { scope: { kind: "whole" }, period: "total", limitTokens }, "you");
  const bot = await createBot(deps, { name: "Ada", runtime: "loop" });
  for (let n = 0; n < turns; n += 1) {
    const session = await createSession(deps, { botId: bot.id });
    await sendMessage(deps, session.id, { message: { text: "go" }, idempotencyKey: null });
  }
}
startPaying(store, calls);
process.stdout.write("started\n");
for (;;) {
  const [budget] = await store.read.budgets();
  if (budget?.state === "out") process.stdout.write("out\n");
  await realClock.sleep(5);
}
