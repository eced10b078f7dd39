/**
 * Runs the tests: `--project unit|e2e`, or both; by name also `--project openclaw`, against a real gateway, and
 * `--project postgres`, the suites of stores on a server of their own. Ends with one plain line that CI reads. `quick`
 * first runs the unit tests without their slow files. Other arguments go to vitest, so `npm test -- mailbox` runs the
 * files whose path contains "mailbox". The projects run one after the other: browser tests beside a busy unit run would
 * time out through no fault of their own.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { installOpenClaw, NoOpenClaw } from "../packages/runtimes/src/openclaw/testing/install-openclaw.ts";
import { ensureBubblewrap } from "./bubblewrap.ts";
import { buildStale } from "./build.ts";
import { ensureChromium } from "./chromium.ts";
import { limitWords, readRunning, runningFileVariable } from "./running-tests.ts";
import { slowTests } from "./slow-tests.ts";
import { root } from "./stamp.mjs";
import { addTallies, emptyTally, isGreen, retriedInReport, type Tally, tallyRun, tallyToLine } from "./tally.ts";

type Project = "unit" | "e2e" | "openclaw" | "outside" | "postgres";

/** Limit for one project. */
const limitMs = 20 * 60_000;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const vitest = join(root, "node_modules/vitest/vitest.mjs");

const given = process.argv.slice(2);
const isQuick = given[0] === "quick";
const only = isQuick ? "unit" : given[0] === "--project" ? given[1] : undefined;
const vitestArguments = isQuick
  ? [...given.slice(1), ...slowTests.map(({ path }) => `--exclude=${path}`)]
  : given.slice(only === undefined ? 0 : 2);
const projects: readonly Project[] =
  only === "unit" || only === "e2e" || only === "openclaw" || only === "postgres" || only === "outside"
    ? [only]
    : ["unit", "e2e"];

let tally = await tallyBuild();
for (const project of projects) tally = addTallies(tally, await runProject(project));
if (isQuick) console.log(`${slowTests.length} slow files left out (scripts/slow-tests.ts)`);
console.log(tallyToLine(tally));
process.exitCode = isGreen(tally) ? 0 : 1;

/** The journeys use the built console and server. A failed build counts as one failure; the tests still run. */
async function tallyBuild(): Promise<Tally> {
  try {
    await buildStale();
    return emptyTally;
  } catch (error) {
    console.error("reef: the build failed.", error);
    return { ...emptyTally, failed: 1 };
  }
}

async function runProject(project: Project): Promise<Tally> {
  if (project === "unit") ensureBubblewrap();
  if (project === "unit" || project === "postgres" || project === "outside") return await runVitest(project, {});
  if (project === "openclaw") return await runOpenClaw();
  if (globSync("e2e/**/*.spec.ts", { cwd: root }).length === 0) return emptyTally;
  const chromium = ensureChromium();
  return chromium
    ? await runVitest(project, { REEF_CHROMIUM: chromium })
    : { ...emptyTally, skipped: countTests(project) };
}

/** This project runs only when named, so a gateway that cannot be had is a failure, reported in one line. */
async function runOpenClaw(): Promise<Tally> {
  try {
    installOpenClaw(process.env.REEF_OPENCLAW_VERSION || undefined);
  } catch (error) {
    if (!(error instanceof NoOpenClaw)) throw error;
    console.error(`reef: the tests against a real gateway cannot run. ${error.message}`);
    return { ...emptyTally, failed: 1 };
  }
  return await runVitest("openclaw", {});
}

function runVitest(project: Project, env: Readonly<Record<string, string>>): Promise<Tally> {
  const report = join(root, `.cache/test/${project}.json`);
  const running = join(root, `.cache/test/${project}-running.txt`);
  mkdirSync(join(root, ".cache/test"), { recursive: true });
  for (const file of [report, running]) rmSync(file, { force: true });
  const reporters = ["default", "json", join(root, "scripts/running-tests.ts")].map((name) => `--reporter=${name}`);
  const args = ["run", "--project", project, "--passWithNoTests", ...reporters];
  const child = spawn(process.execPath, [vitest, ...args, `--outputFile.json=${report}`, ...vitestArguments], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env, [runningFileVariable]: running },
    // A process group of its own, so that the servers that the tests started end with it.
    detached: true,
  });
  let isStopped = false;
  const stopGroup = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
  const timer = setTimeout(() => {
    isStopped = true;
    stopGroup();
  }, limitMs);
  const stopWithUs = (signal: NodeJS.Signals) => {
    stopGroup();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, stopWithUs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, stopWithUs);
      if (isStopped) console.error(limitWords(project, limitMs, readRunning(running)));
      const text = existsSync(report) ? readFileSync(report, "utf8") : undefined;
      for (const line of retriedInReport(text)) console.log(line);
      resolve(tallyRun(text, code));
    });
  });
}

function countTests(project: Project): number {
  const { stdout } = spawnSync(process.execPath, [vitest, "list", "--project", project, "--json", ...vitestArguments], {
    cwd: root,
    encoding: "utf8",
  });
  const start = stdout.indexOf("[");
  return start < 0 ? 0 : (JSON.parse(stdout.slice(start)) as unknown[]).length;
}
