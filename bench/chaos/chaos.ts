/** One run: a world, a load, faults, and the check at the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import { startOutsideService } from "@reef/server/testing/outside-service";
import { startProxy } from "@reef/store/postgres/testing/proxy";
import { startDurableServer } from "@reef/store/postgres/testing/server";
import { checkAll, type Violation } from "./check.ts";
import { type Member, troubleFleet } from "./faults-postgres.ts";
import { type FaultCounts, killAgainAndAgain, noFaults } from "./faults-sqlite.ts";
import { followWorkers } from "./follow.ts";
import { answerQuestions, startLoad } from "./load.ts";
import type { ChaosOptions } from "./options.ts";
import { answerByPlan } from "./plan.ts";
import { seededRandom } from "./random.ts";
import { type ChaosReport, countKinds, type Progress } from "./report.ts";
import { checkPostgres, checkSqlite } from "./sequence.ts";
import { makeWorker, type ReefWorker } from "./worker.ts";
import { makeWorld } from "./world.ts";

const progressMs = 10_000;
const quietWithinMs = 240_000;
const shownViolations = 20;
const token = "chaos-token-0123456789";
/** So far ahead is the clock of the last worker of a fleet. */
const wrongClockMs = 37 * 60_000;

/** A worker that wakes after its lease must still have answers to write. */
const paces = {
  sqlite: { unsettledMax: 40, answerMs: 250 },
  postgres: { unsettledMax: 100, answerMs: 1_500 },
};

interface Site extends AsyncDisposable {
  readonly workers: readonly ReefWorker[];
  trouble(options: { readonly counts: FaultCounts }): Promise<void>;
  /** Called when no server runs any more. */
  checkStore(): Promise<readonly Violation[]>;
}

export async function runChaos(options: ChaosOptions, onProgress: (progress: Progress) => void): Promise<ChaosReport> {
  const startedAt = performance.now();
  const random = seededRandom(options.seed);
  await using opened = new AsyncDisposableStack();
  const model = opened.use(await startModelServer({ script: answerByPlan, keep: 10 }));
  const service = opened.use(await startOutsideService(() => random.whole(0, 150)));
  const env = {
    REEF_MODEL_BASE_URL: `${model.url}/v1`,
    REEF_MODEL: "scripted",
    REEF_MODEL_API_KEY: "none",
    REEF_SEARCH_URL: service.searchUrl,
    REEF_LOG_LEVEL: "warn",
    REEF_SECRETS_KEY: "the same words everywhere",
  };
  const site = opened.use(await (options.store === "sqlite" ? makeSqliteSite : makePostgresSite)(options, env));
  const { workers } = site;
  for (const worker of workers) worker.start();
  for (const worker of workers) {
    if (!(await worker.ready())) throw new Error(`${worker.name} did not start:\n${worker.errors.join("\n")}`);
  }
  const [first] = workers as readonly [ReefWorker];
  const world = await makeWorld(first.client, { sessions: options.sessions, mcpUrl: service.mcpUrl });
  const { lastSeq } = (await first.client.status()).totals;
  using follower = followWorkers(workers, { token, after: lastSeq });

  const counts = noFaults();
  const faultsEnded = new AbortController();
  const answersEnded = new AbortController();
  const problems: string[] = [];
  const anyClient = (): Client => {
    const serving = workers.filter(({ state }) => state === "ready");
    return random.pick(serving.length > 0 ? serving : workers).client;
  };
  const load = startLoad({
    random,
    world,
    messages: options.messages,
    ...paces[options.store],
    anyClient,
    follower,
    faultsEnded: faultsEnded.signal,
  });
  const answering = answerQuestions(anyClient, { until: answersEnded.signal, problems, ledger: service.ledger });
  const refusedWrites = () => workers.reduce((sum, worker) => sum + worker.counts.refusedWrites, 0);
  const progress = (): Progress => ({
    seconds: (performance.now() - startedAt) / 1000,
    faults: { ...counts },
    sent: load.sent.length,
    settled: follower.settledCount(),
    refusedWrites: refusedWrites(),
  });
  const ticker = setInterval(() => onProgress(progress()), progressMs);
  opened.defer(() => clearInterval(ticker));

  await site.trouble({ counts });
  for (const worker of workers) {
    if (!(await worker.ready())) worker.start();
    if (!(await worker.ready())) throw new Error(`${worker.name} did not start again:\n${worker.errors.join("\n")}`);
  }
  faultsEnded.abort();
  await load.done;
  const faultsOverAt = performance.now();
  const stuck = await waitUntilQuiet(first.client);
  answersEnded.abort();
  await answering;
  const settleSeconds = (performance.now() - faultsOverAt) / 1000;
  const found = await checkAll(first.client, { sent: load.sent, ledger: service.ledger });
  for (const worker of workers) await worker.end();
  const refusals = refusedWrites();
  const violations: readonly Violation[] = [
    ...found.violations,
    ...stuck,
    ...[...load.problems, ...problems].map((text) => ({ kind: "refused" as const, text })),
    ...follower.gaps.map((text) => ({ kind: "sequence" as const, text })),
    ...(await site.checkStore()),
  ];
  const { violations: _, ...facts } = found;
  // A run that refused nothing has not tested the fence.
  const isFenceTested = options.store === "sqlite" || options.workers === 1 || refusals > 0;
  return {
    ...progress(),
    options,
    passed: violations.length === 0 && isFenceTested,
    starts: workers.reduce((sum, worker) => sum + worker.counts.starts, 0),
    modelCalls: model.stats().requests,
    events: follower.events,
    resets: follower.resets,
    loggedErrors: workers.reduce((sum, worker) => sum + worker.counts.errors, 0),
    settleSeconds,
    found: facts,
    countByKind: countKinds(violations),
    violations: violations.slice(0, shownViolations),
    errors: workers.flatMap(({ name, errors }) => errors.slice(-5).map((line) => `${name}: ${line}`)),
  };
}

async function waitUntilQuiet(client: Client): Promise<readonly Violation[]> {
  const endsAt = performance.now() + quietWithinMs;
  for (let quiet = 0; ; ) {
    const { totals } = await client.status();
    const left = totals.queuedMessages + totals.runningTurns + totals.waitingTurns;
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet >= 3) return [];
    if (performance.now() > endsAt) {
      const text = `${totals.queuedMessages} messages wait, ${totals.runningTurns} turns run and ${totals.waitingTurns} wait`;
      return [{ kind: "stuck", text }];
    }
    await wait(300);
  }
}

type Environment = Readonly<Record<string, string>>;

async function makeSqliteSite(options: ChaosOptions, env: Environment): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "reef-chaos-"));
  const worker = await makeWorker({ name: "reef", folder, token, env, preload: [], fromSources: false });
  const random = seededRandom(options.seed + 1);
  return {
    workers: [worker],
    trouble: ({ counts }) => killAgainAndAgain(worker, { kills: options.kills, random, counts }),
    checkStore: async () => checkSqlite(folder),
    async [Symbol.asyncDispose]() {
      await worker.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makePostgresSite(options: ChaosOptions, env: Environment): Promise<Site> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await startDurableServer());
  const members: Member[] = [];
  for (let number = 1; number <= options.workers; number += 1) {
    const folder = mkdtempSync(join(tmpdir(), "reef-chaos-"));
    opened.defer(() => rmSync(folder, { recursive: true, force: true }));
    const proxy = opened.use(await startProxy(database.url));
    const isWrong = number === options.workers && number > 1;
    const worker = await makeWorker({
      name: `worker ${number}`,
      folder,
      token,
      env: { ...env, REEF_DATABASE_URL: proxy.url, ...(isWrong && { REEF_CHAOS_CLOCK_MS: String(wrongClockMs) }) },
      preload: [...(isWrong ? ["wrong-clock.mjs"] : []), ...(options.fenceOff ? ["fence-off.mjs"] : [])],
      fromSources: options.fenceOff,
    });
    opened.defer(() => worker.kill());
    members.push({ worker, proxy });
  }
  const random = seededRandom(options.seed + 1);
  const all = opened.move();
  return {
    workers: members.map(({ worker }) => worker),
    trouble: ({ counts }) => troubleFleet({ members, database, random, counts, kills: options.kills }),
    checkStore: () => checkPostgres(database.url),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
