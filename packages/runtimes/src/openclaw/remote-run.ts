/**
 * Declares what the runtime knows of a turn at its gateway, and what of it is on disk before anything is sent
 * (`Turn.remote`).
 */
import type { Clock } from "@reef/engine/port/clock";
import type { RuntimeStep, TurnContext } from "@reef/engine/port/runtime";
import { z } from "zod";
import type { GatewayConnection, Gateways } from "./connection.ts";
import type { Told } from "./follow.ts";
import type { Stops } from "./stops.ts";
import type { WireLog } from "./wire.ts";

export interface OpenClawTimes {
  /** How long a turn waits in its lane for a gateway that is away, in milliseconds. */
  readonly graceMs: number;
  /** How long it then waits outside its lane before it checks again. */
  readonly outageMs: number;
  /** How long an unknown agent may be one that was just created, and the pause between two tries. */
  readonly newAgentWaitMs: number;
  readonly newAgentMs: number;
  /** Pause between two checks whether someone else's run has ended. */
  readonly idleMs: number;
  /** How long a stopped run may take to end before its usage is no longer requested. */
  readonly settleMs: number;
}

export interface OpenClawOptions {
  readonly gateways: Gateways;
  readonly clock: Clock;
  readonly log: WireLog;
  readonly times?: Partial<OpenClawTimes>;
}

/** What is noted of a run before it is sent (`Turn.remote`). */
export const Remote = z.object({
  gatewayId: z.string(),
  key: z.string(),
  runId: z.string(),
  /** How many runs of the turn have been noted; 0: none was sent yet. */
  n: z.int(),
  /** Identifies the gateway's process it was sent to. */
  bootId: z.string(),
  /** True when the transcript already says that the gateway is away. */
  isOutageTold: z.boolean().default(false),
  /** How often it was found alive after a worker of ours had died. */
  found: z.int().default(0),
  /** Place of the newest row of the transcript whose model call is counted. */
  countedTo: z.number().default(0),
  /** True when it was sent as a command: it is not sent again where that could run it twice. */
  isCommand: z.boolean().default(false),
});
export type Remote = z.infer<typeof Remote>;

export interface OpenClaw extends Omit<OpenClawOptions, "times"> {
  readonly times: OpenClawTimes;
  readonly ready: Map<string, string>;
  readonly stops: Stops;
}

/** A turn of this runtime at its gateway. */
export interface Run {
  readonly openclaw: OpenClaw;
  readonly context: TurnContext;
  readonly connection: GatewayConnection;
  readonly agentId: string;
  readonly key: string;
  readonly told: Told;
  remote: Remote | null;
}

/** Selects the turn's rows in the transcript. */
export function runOfTurn({ context }: Run, { runId }: Pick<Remote, "runId">) {
  return { turnId: context.turn.id, runId };
}

/** A turn that crashes its worker must still come to an end (TU4). */
const mostFound = 20;

/** Notes that the run goes on after a crash of ours, which does not count against the turn. */
export async function* noteFound(run: Run): AsyncGenerator<RuntimeStep, void> {
  const { remote, context } = run;
  if (remote === null || context.turn.attempts === 0 || remote.found >= mostFound) return;
  run.remote = { ...remote, found: remote.found + 1 };
  yield { type: "note", remote: run.remote, isProgress: true };
}

/** Resumes when it is on disk. */
export async function* note(run: Run, remote: Remote): AsyncGenerator<RuntimeStep, void> {
  run.remote = remote;
  yield { type: "note", remote };
}
