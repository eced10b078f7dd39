/** Computes the curves and the results of docs/scaling.md from its figures and the simulation. */
import { type Chart, chartToSvg } from "./draw.ts";
import { figures } from "./figures.ts";
import { type Fleet, mostPerSecond, simulate } from "./simulate.ts";

const { roundTrip, roundTrips, groupMax, flush, cloudFlush, databaseCpu, cores, fullUse } = figures;

/** What a unit adds to its group, apart and at the counter: its share of the database's CPU, split by its rows. */
const unitMs = databaseCpu.value * 0.8;
const serialUnitMs = databaseCpu.value * 0.1;

const fleetOf = (workers: number, flushMs: number): Fleet => ({
  workers,
  groupMax: groupMax.value,
  roundTripMs: roundTrip.value,
  roundTrips: roundTrips.value,
  unitMs,
  flushMs,
  serialUnitMs,
});

/** By processors alone. */
const cpuLimit = (cores.value * fullUse.value * 1_000) / databaseCpu.value;

interface Needs {
  readonly turnsPerSecond: number;
  readonly commitsPerSecond: number;
  readonly beatsPerSecond: number;
  readonly eventsPerSecond: number;
  readonly reefCores: number;
  readonly workers: number;
  readonly databases: number;
  readonly gigabytesAMonth: number;
}

/** What `turns` at once need. A beat costs a fifth of a unit: one row of one table. */
function needsOf(turns: number): Needs {
  const turnsPerSecond = turns / figures.turnSeconds.value;
  const commitsPerSecond = turnsPerSecond * figures.turnCommits.value;
  const beatsPerSecond = turns / figures.beat.value;
  const load = commitsPerSecond + beatsPerSecond / 5;
  return {
    turnsPerSecond,
    commitsPerSecond,
    beatsPerSecond,
    eventsPerSecond: turnsPerSecond * figures.events.value,
    reefCores: (turnsPerSecond * figures.turnCpu.value) / 1_000,
    workers: Math.ceil(turns / figures.lanes.value),
    databases: Math.ceil(load / Math.min(cpuLimit, mostPerSecond(fleetOf(16, cloudFlush.value)))),
    gigabytesAMonth:
      (figures.targetSessions.value * figures.sessionMessages.value * figures.databaseSize.value) / 1_000_000,
  };
}

const loads = [100, 250, 500, 750, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000];
const fleets = [1, 2, 4, 8, 16];

export function drawCurves(): Readonly<Record<string, string>> {
  const wait: Chart = {
    title: "How long a unit waits for its commit (p99), disk of 0.2 ms",
    x: { name: "units a second", max: 5_000, ticks: [0, 1_000, 2_000, 3_000, 4_000, 5_000] },
    y: { name: "ms", max: 200, ticks: [0, 50, 100, 150, 200] },
    lines: fleets.map((workers) => ({
      name: `${workers} worker${workers === 1 ? "" : "s"}`,
      points: loads.map((load) => [load, simulate(fleetOf(workers, flush.value), load, 2).p99Ms] as const),
    })),
  };
  const most =
    Math.ceil(Math.max(cpuLimit, ...fleets.map((count) => mostPerSecond(fleetOf(count, flush.value)))) / 2_000) * 2_000;
  const limit: Chart = {
    title: "What one PostgreSQL commits at most",
    x: { name: "workers", max: 16, ticks: [1, 2, 4, 8, 16] },
    y: { name: "units a second", max: most, ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => part * most) },
    lines: [
      ...[flush.value, cloudFlush.value, 10].map((flushMs) => ({
        name: `commit in ${flushMs} ms`,
        points: fleets.map((workers) => [workers, mostPerSecond(fleetOf(workers, flushMs))] as const),
      })),
      { name: `${cores.value} cores`, isDashed: true, points: [[1, cpuLimit] as const, [16, cpuLimit] as const] },
    ],
  };
  const turns = [100, 1_000, 2_500, 5_000, 7_500, 10_000, 20_000, 40_000];
  const databases: Chart = {
    title: "Databases for so many turns at once",
    x: { name: "turns at once", max: 40_000, ticks: [0, 10_000, 20_000, 30_000, 40_000] },
    y: { name: "databases", max: 6, ticks: [0, 1, 2, 3, 4, 5, 6] },
    lines: [
      {
        name: `of ${cores.value} cores each`,
        points: turns.map((count) => [count, needsOf(count).databases] as const),
      },
    ],
  };
  return {
    "wait.svg": chartToSvg(wait),
    "limit.svg": chartToSvg(limit),
    "databases.svg": chartToSvg(databases),
  };
}

export function needsToTable(): string {
  const counts = [100, 1_000, figures.targetTurns.value];
  const all = counts.map(needsOf);
  const row = (what: string, of: (needs: Needs) => number) =>
    `| ${what} | ${all.map((needs) => of(needs).toLocaleString("en", { maximumFractionDigits: 1 })).join(" | ")} |`;
  return [
    `| turns at once | ${counts.map((count) => count.toLocaleString("en")).join(" | ")} |`,
    `|---|${counts.map(() => "---").join("|")}|`,
    row("turns that end a second", (needs) => needs.turnsPerSecond),
    row("commits a second", (needs) => needs.commitsPerSecond),
    row("leases renewed a second", (needs) => needs.beatsPerSecond),
    row("events a second, read by every worker", (needs) => needs.eventsPerSecond),
    row("cores of Reef processes", (needs) => needs.reefCores),
    row("workers of 64 lanes", (needs) => needs.workers),
    row("databases", (needs) => needs.databases),
    row("GB a month, of a million sessions whatever runs", (needs) => needs.gigabytesAMonth),
  ].join("\n");
}
