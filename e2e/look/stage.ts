/**
 * Starts a real server whose clock stands still at the end of the story, with a runtime that plays the story's bots. What the
 * console shows of it is the same in every run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@reef/client/client";
import type { Clock } from "@reef/engine/port/clock";
import type { Runtime, RuntimeStep, TurnContext } from "@reef/engine/port/runtime";
import { newBotFields } from "@reef/engine/registry/new-bot";
import type { SessionId } from "@reef/protocol/ids";
import { systemClock } from "@reef/server/clock";
import { readConfig } from "@reef/server/config";
import { createLog } from "@reef/server/observe/log";
import { type Server, startServer } from "@reef/server/server";
import { botIdAt, bots, sessionIdAt, stageTime, topicIdAt, topics } from "./cast.ts";
import { prepareRest } from "./props.ts";
import { beats, type Call, sessions, spawnedByTask } from "./story.ts";

export interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly client: Client;
  makeLoginCode(): string;
}

const minute = 60_000;

/** Its date is the story's; its seconds pass as everywhere, so that a turn that runs keeps its lease. */
interface StoryClock extends Clock {
  moveTo(ms: number): void;
}

function createStoryClock(startMs: number): StoryClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    steady: systemClock.steady,
    sleep: systemClock.sleep,
    moveTo(ms) {
      nowMs = ms;
    },
  };
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "reef-look-"));
  const clock = createStoryClock(stageTime.getTime() - 1300 * minute);
  const holds = new Set<string>();
  const server = await startServer({
    config: await readConfig({ REEF_DATA: folder, REEF_PORT: "0", REEF_OLLAMA_URL: "off" }),
    log: createLog("silent"),
    clock,
    runtimes: {
      byName: new Map([["loop", createPlayer(holds)]]),
      defaults: () => ({ runtime: "loop", model: "claude-sonnet" }),
    },
  });
  const client = createClient({ baseUrl: server.url, token: server.token });
  await createCast(server);
  for (const beat of beats) {
    clock.moveTo(stageTime.getTime() - beat.ago * minute);
    const sessionId = sessionIdAt(beat.session);
    await client.sendMessage(sessionId, { text: beat.text });
    await untilPlayed(client, sessionId, holds);
  }
  await prepareRest(client);
  clock.moveTo(stageTime.getTime());
  for (const [n, plan] of sessions.entries()) if (plan.read) await client.readSession(sessionIdAt(n));
  return {
    url: server.url,
    client,
    makeLoginCode: () => server.makeLoginCode(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createCast({ store }: Server): Promise<void> {
  const at = new Date(stageTime.getTime() - 1300 * minute).toISOString() as never;
  await store.commit({
    at,
    ops: [
      ...topics.map((topic, n) => ({ op: "topic.create", id: topicIdAt(n), topic: { ...topic, order: n } }) as const),
      ...bots.map(
        (bot, n) => ({ op: "bot.create", bot: { ...newBotFields, runtime: "loop", ...bot, id: botIdAt(n) } }) as const,
      ),
      ...sessions.map(
        ({ title, bot, topic, pinned = false }, n) =>
          ({
            op: "session.create",
            session: {
              id: sessionIdAt(n),
              botId: botIdAt(bot),
              title,
              topicId: topic === null ? null : topicIdAt(topic),
              pinned,
              parentId: null,
              taskMessageId: null,
            },
          }) as const,
      ),
    ],
  });
}

/** Resolves when the session's turn has ended, waits for a person, or has shown all it shows. */
async function untilPlayed(client: Client, id: SessionId, holds: ReadonlySet<string>): Promise<void> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs; ) {
    const session = await client.session(id);
    const isQuiet = session.turnId === null && session.queued === 0 && session.lastSeq > 0;
    if (isQuiet || session.status === "needs_you" || holds.has(id)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the session “${(await client.session(id)).title}” did not reach the end of its scene within 30 s`);
}

/** Plays the calls of the beat whose message began the turn. */
function createPlayer(holds: Set<string>): Runtime {
  const playedByTurn = new Map<string, number>();
  return {
    name: "loop",
    async *run(context): AsyncGenerator<RuntimeStep> {
      const n = playedByTurn.get(context.turn.id) ?? 0;
      playedByTurn.set(context.turn.id, n + 1);
      const call = callsOf(context)[n];
      if (call === undefined) throw new Error(`the story has no call ${n + 1} for “${context.messages[0]?.text}”`);
      if ("failure" in call) throw call.failure;
      yield* call.steps;
      if (call.hold !== true) return;
      holds.add(context.session.id);
      await aborted(context.signal);
      context.signal.throwIfAborted();
    },
  };
}

function callsOf({ messages }: TurnContext): readonly Call[] {
  const text = messages[0]?.text ?? "";
  return beats.find((beat) => beat.text === text)?.calls ?? spawnedByTask[text] ?? [];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
