/**
 * Counts every model call of a run once, with the usage in its row of the transcript (PR3). The place of the newest
 * counted row is noted in the same commit as the count, so that the rest is counted after a crash.
 */
import type { CallCost, RuntimeStep } from "@reef/engine/port/runtime";
import type { History, HistoryRow } from "./history.ts";
import { rowsOfTurn } from "./reconcile.ts";
import { type Run, runOfTurn } from "./remote-run.ts";

/**
 * Returns the cost of a row that a model wrote. A gateway does not report the usage of an answer that was cut off: its
 * price is unknown.
 */
export function costOf(row: HistoryRow): CallCost {
  const { inputTokens, outputTokens, costUsd, model, cachedTokens } = row;
  if (row.isCutOff && inputTokens === 0) return { inputTokens, outputTokens };
  const facts = { model, windowTokens: inputTokens, ...(cachedTokens !== undefined && { cachedTokens }) };
  return { inputTokens, outputTokens, costUsd, facts };
}

/**
 * Counts the call behind this row, with the note that it is counted; nothing for a row without a call, or one counted
 * already.
 */
export function* countCall(run: Run, row: HistoryRow): Generator<RuntimeStep> {
  const { remote } = run;
  if (remote === null || !isCall(row) || row.place <= remote.countedTo) return;
  run.remote = { ...remote, countedTo: row.place };
  yield { type: "note", remote: run.remote, modelCalls: [costOf(row)] };
}

/** Counts what a stopped turn has used and is not counted yet: one step for each model call. */
export function* uncounted(run: Run, history: History): Generator<RuntimeStep> {
  const { remote, told } = run;
  if (remote === null) return;
  const { rows, current } = rowsOfTurn(history.rows, runOfTurn(run, remote));
  for (const row of rows) {
    if (isCall(row) && row.place > remote.countedTo) yield { type: "paid", ...costOf(row) };
  }
  // A model that was called and had not answered was paid too, but the price is unknown. A failed call was not paid.
  const last = current?.at(-1);
  const wasAsked = current !== null && !told.isFailing && (last === undefined || last.role === "toolResult");
  if (wasAsked) yield { type: "paid", inputTokens: 0, outputTokens: 0 };
}

/** Answers by the gateway itself, and its words for a failure, are not calls of a model. */
function isCall({ role, isByModel, isFailure }: HistoryRow): boolean {
  return role === "assistant" && isByModel && !isFailure;
}
