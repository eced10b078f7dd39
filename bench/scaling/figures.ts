/** The numbers that docs/scaling.md and its curves rest on, each with where it comes from. */

export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  /** Measured by what, read where, or assumed and why. */
  readonly source: string;
}

const workersBench = "measured: `npm run bench -- workers`, 30 November 2026, 2 shared cores (loaded by other work)";
const enginesLab = "measured: engines laboratory, November 2026, idle disk of the same machine";

const figure = (value: number, unit: string, what: string, source: string): Figure => ({ value, unit, what, source });

export const figures = {
  databaseCpu: figure(2.16, "ms", "database CPU a message, 1 worker", workersBench),
  databaseSize: figure(18.21, "KB", "database size a message", workersBench),
  events: figure(11.12, "", "events a message", workersBench),
  oneWorker: figure(36.19, "/s", "messages, 1 worker", workersBench),
  fourWorkers: figure(48.65, "/s", "messages, 4 workers on the same 2 cores", workersBench),
  plainSql: figure(60.66, "/s", "messages' rows in plain SQL, groups of 64", workersBench),
  sqlite: figure(496, "/s", "messages, SQLite, one process", workersBench),
  pgBoss: figure(352, "/s", "messages, pg-boss 12.38", workersBench),
  claim: figure(12.65, "ms", "a claim while 10,000 messages wait, p50", workersBench),
  flush: figure(0.21, "ms", "a write of 4 KiB made safe (fdatasync), p50", enginesLab),
  turnCpu: figure(
    13,
    "ms",
    "CPU of a Reef process a turn, model and tools left out",
    "measured: review of the server's speed, November 2026 (12.95 ms, one turn after another)",
  ),
  beat: figure(5, "s", "between two beats of a running turn", "read: `beatMs` in packages/engine/src/deps.ts"),
  groupMax: figure(128, "", "units of a group at most", "read: `groupMax` in packages/store/src/postgres/lane.ts"),
  lanes: figure(
    64,
    "",
    "turns of a worker at once, unless REEF_MAX_TURNS says otherwise",
    "read: `maxTurns` in packages/engine/src/deps.ts",
  ),
  roundTrips: figure(
    10,
    "",
    "round trips of a group before its numbers are taken",
    "read: “5 to 15 round trips” in docs/design/decisions/2026-11-30-postgres-store.md",
  ),
  roundTrip: figure(
    0.5,
    "ms",
    "a round trip between two machines of one data centre",
    "assumed: the curves are drawn for slower disks beside it; measure yours with `ping`",
  ),
  cloudFlush: figure(
    2,
    "ms",
    "a commit on a network volume",
    "assumed: ten times the local disk here; measure yours with `pg_test_fsync`",
  ),
  turnSeconds: figure(30, "s", "a turn", "assumed: three answers of a model at 8 s, two tools at 3 s"),
  turnCommits: figure(
    5,
    "",
    "commits of a turn",
    "assumed with it: three answers and two results, each committed (TU1)",
  ),
  targetTurns: figure(10_000, "", "turns at once", "the goal"),
  targetSessions: figure(1_000_000, "", "sessions", "the goal"),
  sessionMessages: figure(10, "", "messages of a session a month", "assumed: a fleet of which most sessions are quiet"),
  cores: figure(16, "", "cores of the database's machine", "assumed: an ordinary large instance"),
  fullUse: figure(
    0.6,
    "",
    "part of the cores that may be used",
    "assumed: beyond it, waits for a core grow faster than work",
  ),
} as const satisfies Readonly<Record<string, Figure>>;

export function figuresToTable(): string {
  const rows = Object.values(figures).map(({ value, unit, what, source }) => {
    const number = value.toLocaleString("en", { maximumFractionDigits: 2 });
    return `| ${what} | ${number}${unit === "" ? "" : unit === "/s" ? unit : ` ${unit}`} | ${source} |`;
  });
  return ["| what | number | source |", "|---|---|---|", ...rows].join("\n");
}
