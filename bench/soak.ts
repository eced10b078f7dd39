/**
 * Puts a steady load on the server for minutes or hours and records what it holds on to: memory, open files, the logs
 * of its databases, event-loop delay. It measures at the start, in the middle, at the end, and after a quiet minute.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SessionId } from "@reef/protocol/ids";
import { call, type ModelRequest, type Script, say } from "@reef/runtimes/testing/model-script";
import { type Bench, nowMs, residentMb, startBench } from "./reef.ts";
import type { BenchReport } from "./report.ts";
import { percentile } from "./report.ts";

const bots = 10;
const sessionsOfBot = 6;
const streams = 20;
const quietMs = 90_000;
const drainMs = 60_000;

interface Look {
  readonly at: string;
  readonly minute: number;
  readonly residentMb: number;
  readonly files: number;
  readonly logMb: number;
  readonly loopDelayMs: number;
  /** Processor time since the server's start, of all its threads. */
  readonly cpuMs: number;
  readonly turns: number;
}

/** `--minutes N` (15 by default), `--rate N` turns a second (5). */
export async function benchSoak(args: readonly string[]): Promise<BenchReport> {
  const minutes = numberOf(args, "--minutes", 15);
  const rate = numberOf(args, "--rate", 5);
  await using bench = await startBench({ script: answer, keepRequests: 100, env: { REEF_LOG_LEVEL: "warn" } });
  const state = { turns: 0, dead: 0, sent: 0, failed: 0 };
  const looks: Look[] = [];
  const look = async (at: string, startedAtMs: number) => {
    const found: Look = { at, minute: (nowMs() - startedAtMs) / 60_000, turns: state.turns, ...(await measure(bench)) };
    looks.push(found);
    console.error(lookToText(found));
  };

  const sessions = await makeTalkers(bench);
  const followers = await Promise.all(
    Array.from({ length: streams }, (_, index) =>
      bench.onEvent((event) => {
        if (index > 0 || event.type !== "message.changed") return;
        if (event.message.state === "answered") state.turns += 1;
        if (event.message.state === "dead") state.dead += 1;
      }),
    ),
  );
  const startedAtMs = nowMs();
  await look("before", startedAtMs);
  const latencies: number[] = [];
  const endsAtMs = startedAtMs + minutes * 60_000;
  let nextLookMs = startedAtMs + 60_000;
  for (let n = 0; nowMs() < endsAtMs; n += 1) {
    const dueMs = startedAtMs + (n * 1000) / rate;
    if (dueMs > nowMs()) await wait(dueMs - nowMs());
    // A machine that cannot keep up must not get an ever longer queue: it answers what it can.
    if (state.sent - state.turns > 200) continue;
    state.sent += 1;
    const sentAtMs = nowMs();
    const id = sessions[n % sessions.length] as SessionId;
    // A connection that the server closes just as it is reused fails now and then: it is counted, and the soak
    // continues.
    const fail = () => {
      state.failed += 1;
    };
    bench.client.sendMessage(id, { text: textOf(n) }).then(() => latencies.push(nowMs() - sentAtMs), fail);
    if (n % 10 === 0) readAsConsole(bench, id).catch(fail);
    if (nowMs() >= nextLookMs) {
      nextLookMs += 60_000;
      await look("load", startedAtMs);
    }
  }
  await look("end of load", startedAtMs);
  const drainedBy = nowMs() + drainMs;
  while (nowMs() < drainedBy && (await bench.client.status()).totals.queuedMessages > 0) await wait(500);
  await wait(quietMs);
  await look("after a quiet minute", startedAtMs);
  for (const follower of followers) follower.close();
  return toReport({ minutes, rate, looks, dead: state.dead, failed: state.failed, latencies });
}

/** Reads what a console does while it follows: the list, the end of a transcript, now and then a search. */
async function readAsConsole({ client }: Bench, id: SessionId): Promise<void> {
  await client.sessions({ limit: 100 });
  await client.entries(id, { limit: 50 });
  await client.search({ q: "lobster tide" });
}

async function makeTalkers({ client }: Bench): Promise<readonly SessionId[]> {
  const ids: SessionId[] = [];
  for (let bot = 0; bot < bots; bot += 1) {
    const { id: botId } = await client.createBot({ name: `soak ${bot}` });
    for (let n = 0; n < sessionsOfBot; n += 1) {
      ids.push((await client.createSession({ botId, title: `soak ${bot}.${n}` })).id);
    }
  }
  return ids;
}

const words =
  "tide lobster reef anchor current harbour signal ledger market copper river window bridge garden stone".split(" ");

/** Repeats the same words in changing order, with a number that no other text has. */
function textOf(n: number): string {
  const some = Array.from({ length: 30 }, (_, at) => words[(n * 7 + at * (1 + (n % 11))) % words.length]);
  return `note ${n}: ${some.join(" ")}`;
}

/** One turn in five saves something, one in five searches; all answer in a stream of a second. */
function answer({ n, lastUser, results }: ModelRequest): Script {
  const number = Number(/note (\d+):/.exec(lastUser)?.[1] ?? n);
  if (results.length === 0 && number % 5 === 0) return call("memory_save", { text: `fact ${textOf(number)}` });
  if (results.length === 0 && number % 5 === 1) return call("session_list", {});
  return say(`answer ${textOf(number)} ${textOf(number + 1)} ${textOf(number + 2)}`, { chunks: 25, gapMs: 30 });
}

async function measure({ reef }: Bench): Promise<Omit<Look, "at" | "minute" | "turns">> {
  const response = await fetch(`${reef.url}/metrics`, { headers: { authorization: `Bearer ${reef.token}` } });
  const line = /^reef_event_loop_delay_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await response.text());
  return {
    residentMb: residentMb(reef.pid),
    files: readdirSync(`/proc/${reef.pid}/fd`).length,
    logMb: logBytes(reef.folder) / 1e6,
    loopDelayMs: Number(line?.[1] ?? Number.NaN) * 1000,
    cpuMs: cpuMs(reef.pid),
  };
}

/** The kernel counts in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Sums the write-ahead logs of every database in the folder. */
function logBytes(folder: string): number {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names
    .filter((name) => name.endsWith("-wal"))
    .reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

function lookToText({ at, minute, residentMb: mb, files, logMb, loopDelayMs, turns, cpuMs: cpu }: Look): string {
  return `${minute.toFixed(1)} min  ${at}: ${mb.toFixed(0)} MB resident, ${files} files, ${logMb.toFixed(1)} MB of logs, loop ${loopDelayMs.toFixed(0)} ms late (p99), ${turns} turns, ${(cpu / 1000).toFixed(1)} s of CPU`;
}

function toReport(found: {
  readonly minutes: number;
  readonly rate: number;
  readonly looks: readonly Look[];
  readonly dead: number;
  readonly failed: number;
  readonly latencies: readonly number[];
}): BenchReport {
  const { minutes, rate, looks, dead, failed, latencies } = found;
  const load = looks.filter(({ at }) => at === "load" || at === "end of load");
  const [before, quiet] = [looks[0], looks.at(-1)];
  const [middle, end] = [load[Math.floor((load.length - 1) / 2)], load.at(-1)];
  const rows = (
    [
      ["before", before],
      ["middle", middle],
      ["end of load", end],
      ["after a quiet minute", quiet],
    ] as const
  ).flatMap(([name, at]) => [
    { what: `resident memory, ${name}`, value: at?.residentMb ?? Number.NaN, unit: "MB", ...goalOf(name) },
    { what: "  open files", value: at?.files ?? Number.NaN, unit: "" },
    { what: "  logs of the databases", value: at?.logMb ?? Number.NaN, unit: "MB" },
    { what: "  event-loop delay, p99", value: at?.loopDelayMs ?? Number.NaN, unit: "ms" },
  ]);
  return {
    name: "soak",
    setup: `${bots * sessionsOfBot} sessions of ${bots} bots, ${rate} turns a second asked for over ${minutes} min, ${end?.turns ?? 0} settled, ${streams} clients follow; client and model share the machine`,
    rows: [
      ...rows,
      {
        what: "processor time a turn",
        value: ((end?.cpuMs ?? 0) - (before?.cpuMs ?? 0)) / (end?.turns ?? 1),
        unit: "ms",
      },
      { what: "dead letters", value: dead, unit: "", goal: 0 },
      { what: "requests that failed", value: failed, unit: "" },
      { what: "send → acknowledged, p99", value: percentile(latencies, 99), unit: "ms" },
    ],
  };
}

function goalOf(name: string): { readonly goal?: number } {
  if (name === "before") return { goal: 130 };
  return { goal: 160 };
}

function numberOf(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(name);
  if (at < 0) return otherwise;
  const value = Number(args[at + 1]);
  if (!(value > 0)) throw new Error(`${name}: expected a number above 0`);
  return value;
}
