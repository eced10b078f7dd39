/**
 * Runs a call that acts on the world: within a time limit, with its output bounded (TO3), and stopped with its turn. A
 * call that does not end when it is stopped is left behind, and the turn says that its effect is unknown (TU6).
 */
import type { AfterCrash } from "@reef/protocol/tool";
import type { ToolCallRequest } from "../port/runtime.ts";
import { errorResult, type ToolOutcome } from "../tool/tool.ts";
import { boundOutput } from "./call-output.ts";
import type { OpenTurn } from "./open-turn.ts";
import { orStopped, Stopped } from "./stop.ts";

/** Runs a tool with the signal that ends it. Contract: never rejects but with `Stopped`. */
export type RunTool = (signal: AbortSignal) => Promise<ToolOutcome>;

export interface OutsideRun {
  readonly timeoutMs: number;
  readonly afterCrash: AfterCrash;
  readonly run: RunTool;
}

/** Throws `Stopped` if the turn is stopped; by then `open.cutOff` says what became of the call. */
export async function runOutside(
  open: OpenTurn,
  call: ToolCallRequest,
  { timeoutMs, afterCrash, run }: OutsideRun,
): Promise<ToolOutcome> {
  const { clock, settings } = open.deps;
  const tooLate = new AbortController();
  const over = new AbortController();
  const running = run(AbortSignal.any([open.signal, tooLate.signal]));
  /** True if the call ends within a moment after it was told to. */
  const ends = () => Promise.race([running.then(ignore, ignore).then(() => true), sleep(settings.callStopMs)]);
  const sleep = (ms: number) => clock.sleep(ms, over.signal).then(() => false);
  const late = sleep(timeoutMs).then(async (): Promise<ToolOutcome> => {
    if (over.signal.aborted) return errorResult("");
    tooLate.abort();
    const end = (await ends()) ? "It was stopped" : "It could not be stopped and may still be running";
    return errorResult(`The call took longer than ${sayMs(timeoutMs)}. ${end}; whether it took effect is unknown.`);
  });
  try {
    // What a call says once it was stopped is not its result.
    const inTime = running.then((outcome) => (tooLate.signal.aborted ? late : outcome));
    const outcome = await orStopped(Promise.race([inTime, late]), open.signal);
    return outcome.type === "result" ? await boundOutput(open, call, outcome) : outcome;
  } catch (error) {
    if (error instanceof Stopped && error.stop.kind !== "lost") {
      open.cutOff.set(call.callId, { call, hasEnded: await ends(), afterCrash });
    }
    throw error;
  } finally {
    over.abort();
  }
}

const ignore = () => undefined;

function sayMs(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
