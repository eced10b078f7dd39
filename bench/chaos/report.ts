/** Says what a chaos run did and found. */
import type { Found, Violation, ViolationKind } from "./check.ts";
import type { FaultCounts } from "./faults-sqlite.ts";
import type { ChaosOptions } from "./options.ts";

export interface Progress {
  readonly seconds: number;
  readonly faults: FaultCounts;
  readonly sent: number;
  readonly settled: number;
  readonly refusedWrites: number;
}

export interface ChaosReport extends Omit<Progress, "settled"> {
  readonly options: ChaosOptions;
  readonly passed: boolean;
  readonly starts: number;
  /** Calls of the model, repeated ones included. */
  readonly modelCalls: number;
  readonly events: number;
  readonly resets: number;
  readonly loggedErrors: number;
  /** From the end of the last fault until nothing waited any more. */
  readonly settleSeconds: number;
  readonly found: Omit<Found, "violations">;
  readonly countByKind: Readonly<Record<ViolationKind, number>>;
  /** The first ones. */
  readonly violations: readonly Violation[];
  /** The newest lines of errors of each worker. */
  readonly errors: readonly string[];
}

const kinds: readonly ViolationKind[] = ["lost", "doubled", "stuck", "dead", "order", "sequence", "refused"];

export function countKinds(violations: readonly Violation[]): Readonly<Record<ViolationKind, number>> {
  const count = (kind: ViolationKind) => violations.filter((each) => each.kind === kind).length;
  return Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) as Record<ViolationKind, number>;
}

export function lastLines({ seconds, faults, sent, settled, refusedWrites }: Progress): string {
  const text = `${seconds.toFixed(0)} s: ${faultsToText(faults)}; ${sent} messages sent, ${settled} settled`;
  return refusedWrites > 0 ? `${text}; ${refusedWrites} writes refused` : text;
}

export function reportToText(report: ChaosReport): string {
  const { options, found, countByKind } = report;
  const setup = `${options.store}, ${options.workers} worker${options.workers === 1 ? "" : "s"}, ${options.sessions} sessions, seed ${options.seed}${options.fenceOff ? ", fence OFF" : ""}`;
  return [
    `chaos: ${setup}`,
    `${lastLines({ ...report, settled: report.sent })}; ${report.starts} starts, quiet ${report.settleSeconds.toFixed(1)} s after the last fault`,
    `${found.sessions} sessions, ${found.entries} entries, ${report.events} events followed, ${report.resets} resets, ${report.modelCalls} model calls`,
    `${found.cutOffTurns} turns cut off by a death and continued; ${found.unknownCalls} calls whose outcome is unknown, and said so; ${found.dead} dead letters`,
    kinds.map((kind) => `${countByKind[kind]} ${kind}`).join(", "),
    ...report.violations.map(({ kind, text }) => `  ${kind}: ${text}`),
    report.passed ? "passed" : "FAILED",
  ].join("\n");
}

function faultsToText({ kills, killsAtStart, stops, databaseStops, cuts, halfOpens, cutOffs }: FaultCounts): string {
  const parts = [
    `${kills} kills (${killsAtStart} before the server was ready)`,
    ...(stops > 0 ? [`${stops} stops beyond the lease`] : []),
    ...(databaseStops > 0 ? [`the database stopped hard ${databaseStops} times`] : []),
    ...(cuts > 0 ? [`connections cut ${cuts} times`] : []),
    ...(cutOffs > 0 ? [`cut off beyond the lease ${cutOffs} times`] : []),
    ...(halfOpens > 0 ? [`left half open ${halfOpens} times`] : []),
  ];
  return parts.join(", ");
}
