/**
 * PR3: every model call of a run is counted, each once, with what its row in the transcript says it took. The place of the
 * newest row that was counted is noted in the same commit as the count, so whoever goes on after a crash counts the rest.
 */
import type { CallCost, RuntimeStep } from "@reef/engine/port/runtime";
import type { History, HistoryRow } from "./history.ts";
import { rowsOfTurn } from "./reconcile.ts";
import { type Run, runOfTurn } from "./remote-run.ts";

/** Of a row that a model wrote. A gateway does not say what an answer took that was cut off: then the price is unknown. */
export function costOf(row: HistoryRow): CallCost {
  const { inputTokens, outputTokens, costUsd, model, cachedTokens } = row;
  if (row.isCutOff && inputTokens === 0) return { inputTokens, outputTokens };
  const facts = { model, windowTokens: inputTokens, ...(cachedTokens !== undefined && { cachedTokens }) };
  return { inputTokens, outputTokens, costUsd, facts };
}

/** Counts the call behind this row, with the note that it is counted; nothing for what is no call, or counted already. */
export function* countCall(run: Run, row: HistoryRow): Generator<RuntimeStep> {
  const { remote } = run;
  if (remote === null || !isCall(row) || row.place <= remote.countedTo) return;
  run.remote = { ...remote, countedTo: row.place };
  yield { type: "note", remote: run.remote, modelCalls: [costOf(row)] };
}

/** What a turn that was stopped has used and nobody has counted: one step for each model call. */
export function* uncounted(run: Run, history: History): Generator<RuntimeStep> {
  const { remote, told } = run;
  if (remote === null) return;
  const { rows, current } = rowsOfTurn(history.rows, runOfTurn(run, remote));
  for (const row of rows) {
    if (isCall(row) && row.place > remote.countedTo) yield { type: "paid", ...costOf(row) };
  }
  // A model that was asked and had said nothing was paid all the same; nobody says how much. One that failed was not.
  const last = current?.at(-1);
  const wasAsked = current !== null && !told.isFailing && (last === undefined || last.role === "toolResult");
  if (wasAsked) yield { type: "paid", inputTokens: 0, outputTokens: 0 };
}

/** Answers that the gateway gives by itself, and its words for a failure, are no calls of a model. */
function isCall({ role, isByModel, isFailure }: HistoryRow): boolean {
  return role === "assistant" && isByModel && !isFailure;
}
