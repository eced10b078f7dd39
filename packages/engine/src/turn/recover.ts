/**
 * TU3: recovers a turn whose worker died. Its crash receipt says which calls are done, unknown and not started; a call
 * that may have taken effect is run again, asked about or left unknown, as its tool says, and never silently run twice.
 */

import type { Ask } from "@reef/protocol/ask";
import { msToIso } from "@reef/protocol/time";
import type { CrashReceipt } from "@reef/protocol/turn";
import { makeId } from "../ids.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { resultOps } from "./call-result.ts";
import { openCalls } from "./calls.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { askOutcome } from "./unknown-outcome.ts";

/** Records the crash and settles the calls that must not run again. Leaves the others open, to be run. */
export async function recoverTurn(open: OpenTurn): Promise<void> {
  const asks = await open.deps.store.read.asksOfTurn(open.turn.id);
  const receipt = await writeReceipt(open, asks);
  const skipped = receipt.unknown.filter((call) => call.settledBy === "skip");
  const ops: (Op | TurnOp)[] = [{ op: "turn.crashed", receipt }, restartNotice(open, receipt)];
  for (const call of skipped) {
    const text = "The server stopped while this ran. Whether it took effect is unknown; it was not run again.";
    ops.push(...resultOps(open, { ...call, input: null }, { outcome: { text, isError: true }, durationMs: 0 }));
  }
  const asked = receipt.unknown.filter((call) => call.settledBy === "ask" && !isAskedAbout(asks, call.callId));
  const calls = openCalls(open.entries, open.turn.id);
  for (const { callId } of asked) {
    const call = calls.find((each) => each.callId === callId);
    if (call !== undefined) ops.push(askOutcome(open, call));
  }
  await commitStep(open, ...ops);
}

/** A second crash asks no second time while the first question is open. */
function isAskedAbout(asks: readonly Ask[], callId: string): boolean {
  return asks.some((ask) => ask.kind === "unknown" && ask.callId === callId && ask.state === "open");
}

/** A call that waits to be allowed has begun to wait, and nothing else. */
function waitsForApproval(asks: readonly Ask[], callId: string): boolean {
  return asks.some((ask) => ask.kind === "approval" && ask.callId === callId && ask.state === "open");
}

async function writeReceipt(open: OpenTurn, asks: readonly Ask[]): Promise<CrashReceipt> {
  const { deps, bot, turn, entries } = open;
  const stored = await deps.store.read.turn(turn.id);
  const started = new Set(stored?.stepList.flatMap((step) => (step.kind === "tool_start" ? [step.callId] : [])));
  const unknown: CrashReceipt["unknown"] = [];
  const notStarted: CrashReceipt["notStarted"] = [];
  const calls = openCalls(entries, turn.id);
  const tools = calls.length === 0 ? undefined : await deps.catalogue.forBot(bot);
  for (const { callId, name } of calls) {
    const effects = tools?.get(name)?.effects;
    // A tool that is gone may have been one that acts on the world.
    const isUnit = effects?.kind === "unit";
    if (started.has(callId) && !isUnit && !waitsForApproval(asks, callId)) {
      unknown.push({ callId, name, settledBy: effects?.afterCrash ?? "skip" });
    } else notStarted.push({ callId, name });
  }
  const done = entries.flatMap((entry) =>
    entry.turnId === turn.id && entry.kind === "tool_result" && entry.tool !== null
      ? [{ callId: entry.tool.callId, name: entry.tool.name }]
      : [],
  );
  return { at: msToIso(deps.clock.now()), done, unknown, notStarted };
}

function restartNotice(open: OpenTurn, receipt: CrashReceipt): Op {
  const unknown = receipt.unknown.map((call) => call.name).join(", ");
  const tail = unknown === "" ? "" : ` Unknown whether it took effect: ${unknown}.`;
  return {
    op: "entry.append",
    entry: {
      id: makeId("entry"),
      sessionId: open.session.id,
      kind: "notice",
      text: `The server stopped during this turn; it goes on from its last step.${tail}`,
      turnId: open.turn.id,
      notice: { type: "restart", deaths: open.turn.attempts + open.claim.sharedDeaths },
    },
  };
}
