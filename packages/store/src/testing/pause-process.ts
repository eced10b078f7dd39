/** Runs as the process that is killed: a turn repeats itself until a person is asked, and goes on after the answer. */
import { answerAsk } from "@reef/engine/ask/answer";
import { defaultSettings } from "@reef/engine/deps";
import { startEngine } from "@reef/engine/engine";
import { sendMessage } from "@reef/engine/mailbox/send";
import type { Store } from "@reef/engine/port/store";
import { createBot } from "@reef/engine/registry/bots";
import { createSession } from "@reef/engine/session/sessions";
import { answer, createScriptedRuntime } from "@reef/engine/testing/scripted-runtime";
import { openSqliteStore } from "../sqlite/open.ts";

const nowMs = () => performance.timeOrigin + performance.now();
const sleep = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
export const realClock = { now: nowMs, steady: () => performance.now(), sleep };

export const advice = "look elsewhere";

/** Repeats itself until a person has spoken after the task; then takes some steps and answers. */
export function startStubborn(store: Store) {
  const runtime = createScriptedRuntime(async function* ({ entries }) {
    const heard = entries.findIndex(({ text }) => text === advice);
    if (heard < 0) {
      yield answer("", { name: "session_read", input: { session: "nowhere" } });
      return;
    }
    await sleep(3);
    const done = entries.slice(heard).filter(({ kind }) => kind === "tool_result").length;
    yield done < 4 ? answer("", { name: "session_read", input: { session: `n${done}` } }) : answer("found it");
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const live = { publish: () => undefined };
  return startEngine({
    store,
    clock: realClock,
    settings: defaultSettings,
    runtimes: new Map([["loop", runtime]]),
    live,
    log,
  });
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder = "", mode = "pause"] = process.argv;
  const store = await openSqliteStore({ folder, clock: realClock });
  const deps = { store, clock: realClock, settings: defaultSettings };
  const openAsk = async () =>
    (await store.read.asks({ kind: "loop", state: "open" }, { limit: 1, cursor: null })).items[0];
  if (mode === "answer") {
    const ask = await openAsk();
    if (ask === undefined) throw new Error("expected an open ask");
    await answerAsk(deps, ask.id, { text: advice });
    process.stdout.write("answered\n");
    startStubborn(store);
  } else {
    const bot = await createBot(deps, { name: "Ada", runtime: "loop" });
    const session = await createSession(deps, { botId: bot.id });
    startStubborn(store);
    await sendMessage(deps, session.id, { message: { text: "go" }, idempotencyKey: null });
    while ((await openAsk()) === undefined) await sleep(2);
    process.stdout.write("paused\n");
  }
  await sleep(60_000);
}
