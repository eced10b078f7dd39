/**
 * Makes one call of the runtime: live text first, then an answer or a compaction, which its caller commits. A runtime
 * that works by itself also reports its progress, which is committed before it is asked for more (TU1).
 */

import { AppError } from "@reef/protocol/error";
import { commitOps } from "../commit.ts";
import { newestMessage, recallForTurn } from "../memory/turn-recall.ts";
import type { RuntimeStep } from "../port/runtime.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import { withTrueNumbers } from "../port/told-numbers.ts";
import { buildInstructions } from "../prompt/instructions.ts";
import { isMemoryTool } from "../tool/catalogue.ts";
import type { OpenTurn } from "./open-turn.ts";
import { commitProgress } from "./progress.ts";
import { checkBudgets, reserveFor } from "./reserve.ts";
import { orStopped, Stopped, throwIfStopped } from "./stop.ts";

export type ModelStep = Extract<RuntimeStep, { type: "answer" | "compaction" }>;

/** Throws `RuntimeFailure` if there is no answer, `Stopped` if the turn must stop. */
export async function takeModelStep(open: OpenTurn): Promise<ModelStep> {
  const { deps, bot, turn, session, signal } = open;
  const runtime = deps.runtimes.get(bot.runtime);
  if (runtime === undefined) {
    const remedy = bot.runtime === "loop" ? ": give Reef a model (docs/configuration.md), restart it and retry" : "";
    throw new RuntimeFailure(`the runtime “${bot.runtime}” is not set up here${remedy}`, { retry: false });
  }
  const isOpen = session.memory === "on";
  const botTools = await orStopped(deps.catalogue.forBot(bot), signal);
  const tools = botTools.offered(open.entries).filter(({ name }) => isOpen || !isMemoryTool(name));
  const blocks = isOpen ? await deps.store.read.blocks(bot.id) : [];
  const instructions = buildInstructions(bot, session, {
    hasTools: tools.length > 0,
    blocks,
    // An agent of a gateway gets them with the tools, from Reef's plugin there.
    toolInstructions: bot.agent === null ? botTools.instructions : [],
  });
  const recalled = await recallOnce(open);
  const { entries, messages } = open;
  const context = { turn, bot, session, instructions, entries, messages, recalled, tools, signal };
  const { files } = deps;
  if (runtime.reservesCalls !== true) await checkBudgets(open);
  const reserve = reserveFor(open);
  const steps = runtime.run({
    ...context,
    reserve,
    ...(files === undefined ? {} : { readFile: (id) => files.read(id) }),
  });
  const iterator = steps[Symbol.asyncIterator]();
  const place = () => ({ sessionId: session.id, turnId: turn.id, step: open.turn.steps + 1 });
  let late: Promise<void> = Promise.resolve();
  try {
    for (;;) {
      throwIfStopped(signal);
      const coming = iterator.next();
      const next = await orStopped(coming, signal).catch((error: unknown) => {
        if (error instanceof Stopped) late = countLate(open, iterator, coming);
        throw error;
      });
      if (next.done === true) throw new RuntimeFailure("the runtime ended without an answer", { retry: true });
      const step = withTrueNumbers(next.value);
      if (step.type === "answer" || step.type === "compaction") return step;
      if (step.type === "delta") deps.live.append(place(), step.text);
      else if (step.type === "retry") deps.live.restart(place());
      else if (step.type === "phase") deps.live.enter(place(), step.phase, step.reason);
      else {
        await commitProgress(open, step);
        if (step.type === "said") deps.live.drop(turn.id);
      }
    }
  } finally {
    // Not awaited: a runtime that hangs must not hold up the turn.
    void late.then(() => iterator.return?.()).catch(() => undefined);
  }
}

/** After the end of a turn, no more late model calls than these are counted. */
const mostLateSteps = 200;

/**
 * PR3: counts calls of an ended turn whose cost arrives late: the runtime reports it as it stops, or its answer was on
 * its way. Contract: never rejects.
 */
async function countLate(
  open: OpenTurn,
  iterator: AsyncIterator<RuntimeStep>,
  coming: Promise<IteratorResult<RuntimeStep>>,
): Promise<void> {
  const { deps, turn } = open;
  try {
    let late = await coming;
    for (let n = 0; n < mostLateSteps && late.done !== true; n += 1) {
      const step = withTrueNumbers(late.value);
      const isLast = step.type === "answer" || step.type === "compaction";
      // Anything it says after a cost is ignored.
      if (step.type !== "paid" && !(isLast && n === 0)) return;
      const { inputTokens, outputTokens, costUsd } = step;
      await commitOps(deps, { op: "turn.paid", turnId: turn.id, paid: { inputTokens, outputTokens, costUsd } });
      if (isLast) return;
      late = await iterator.next();
    }
  } catch (error) {
    // It ended as expected, since it was asked to stop. Otherwise the session, or the store, is gone.
    if (error instanceof AppError)
      deps.log.warn({ error, turnId: turn.id }, "what a stopped call cost was not counted");
  }
}

/** Recalls once for each message: the calls between its tools see the same. */
async function recallOnce(open: OpenTurn): Promise<string | null> {
  const entryId = newestMessage(open.entries)?.id;
  if (entryId !== undefined && open.recall.entryId !== entryId) {
    const found = await orStopped(recallForTurn(open.deps, open), open.signal);
    open.recall = {
      entryId,
      text: found?.text ?? null,
      recalled: [...open.recall.recalled, ...(found?.recalled ?? [])],
    };
  }
  return open.recall.text;
}
