/**
 * Decides what happened to a run that no Reef was following: the gateway crashed, or we did, or only the connection
 * broke. It uses only the gateway's transcript, so that a message is acted on once, whichever side crashed. Pure.
 *
 *   answered                  → take the answer
 *   it goes on, or was resumed → follow it
 *   it had begun              → have it go on (what its tools did is in the transcript)
 *   it had not begun          → send it again
 *
 * After a start, a gateway resumes interrupted runs one after another, each under a new run id, behind a row of its
 * own. It never starts a waiting run again. Sending the same words again to a session whose last row is an unanswered
 * message replaces that row, and the gateway then leaves the session alone.
 */
import type { TurnId } from "@reef/protocol/ids";
import type { History, HistoryRow } from "./history.ts";
import { isOwnRun } from "./session-key.ts";

export type Verdict =
  /** Wait for this run's end, then check again. */
  | { readonly type: "follow"; readonly runId: string; readonly isResumed: boolean }
  | { readonly type: "answered"; readonly row: HistoryRow }
  /** `isFinal`: stopped by a person, or given up by the gateway after its own tries: ours would only multiply them. */
  | { readonly type: "failed"; readonly reason: string; readonly isFinal: boolean }
  | {
      readonly type: "send_again";
      readonly why: "never_arrived" | "never_began" | "interrupted";
      readonly words: Words;
      /** Under the same key: if it arrives twice, the gateway recognises it. */
      readonly isSameKey: boolean;
    };

/** A turn's own words, the request to continue what it had begun, or to answer a message that has no answer. */
export type Words = "same" | "go_on" | "answer_now";

export interface Question {
  readonly turnId: TurnId;
  /** The newest run of the turn. */
  readonly runId: string;
  /** True when the gateway's process has changed since the run was sent: what ran then runs no more. */
  readonly isRestarted: boolean;
  readonly history: History;
}

const recoveryTool = "main_session_restart_recovery";

export function judge({ turnId, runId, isRestarted, history }: Question): Verdict {
  const { rows, current, resumedBy } = rowsOfTurn(history.rows, { turnId, runId });
  const active = activeRun(history);
  const last = current?.at(-1);
  if (active !== null) {
    const isOurs = active === runId || resumedBy.includes(active);
    // After a start, any run in this session comes before anything we could send.
    if (isOurs || isRestarted) return { type: "follow", runId: active, isResumed: active !== runId };
  }
  const pending = history.pending.find((each) => each.runId === runId);
  if (!isRestarted && pending?.state === "queued") return { type: "follow", runId, isResumed: false };
  if (last !== undefined && isAnswer(last)) return { type: "answered", row: last };
  if (pending?.state === "cancelled" || last?.isCutOff) return stopped;
  if (last?.isFailure) return { type: "failed", reason: failureText(history, runId, last), isFinal: true };
  const words = wordsToSend(rows);
  if (pending !== undefined) return { type: "send_again", why: "never_began", words, isSameKey: false };
  if (current === null) return { type: "send_again", why: "never_arrived", words, isSameKey: !isRestarted };
  if (!isRestarted && history.lastRunId === runId && history.lastRunError !== null) {
    return { type: "failed", reason: history.lastRunError, isFinal: false };
  }
  return { type: "send_again", why: "interrupted", words, isSameKey: false };
}

/**
 * Continues what has begun: its tools must not run twice because of a second request. A message that only a failure
 * answered is already there, and must be there once.
 */
export function wordsToSend(rows: readonly HistoryRow[]): Words {
  if (rows.some(({ isFailure }) => !isFailure)) return "go_on";
  return rows.length > 0 ? "answer_now" : "same";
}

/**
 * Decides what to send for a turn of which nothing was sent yet. Its words may be there from an earlier turn whose
 * model failed: someone retries a dead message.
 */
export function firstWords(all: readonly HistoryRow[], isSame: (text: string) => boolean): Words {
  const last = all.at(-1);
  if (last?.isFailure !== true) return "same";
  const at = all.findLastIndex(({ role, provenance }) => role === "user" && provenance?.kind !== "internal_system");
  const asked = all[at];
  if (asked === undefined || !isOwnRun(asked.inputOf ?? "") || !isSame(asked.text)) return "same";
  return wordsToSend(all.slice(at + 1).filter(({ role }) => role === "assistant" || role === "toolResult"));
}

const stopped: Verdict = { type: "failed", reason: "the run was stopped in OpenClaw", isFinal: true };

/** True when the gateway has retried its model again and again, and says that it failed. */
export function hasGivenUp(rows: readonly HistoryRow[]): boolean {
  return rows.at(-1)?.isFailure === true;
}

function failureText(history: History, runId: string, row: HistoryRow): string {
  return (history.lastRunId === runId ? history.lastRunError : null) ?? row.text;
}

/** Returns the run that is active in the session now, of any owner. */
export function activeRun({ inFlight, hasActiveRun, activeRunIds, pending }: History): string | null {
  if (inFlight !== null) return inFlight.runId;
  if (!hasActiveRun) return null;
  return activeRunIds?.[0] ?? pending.find(({ state }) => state === "queued")?.runId ?? null;
}

function isAnswer(row: HistoryRow): boolean {
  return row.role === "assistant" && row.calls.length === 0 && !row.isFailure && !row.isCutOff;
}

export interface RowsOfTurn {
  /** What the turn's runs wrote, and those that resumed them; oldest first. */
  readonly rows: readonly HistoryRow[];
  /** Those of the newest run. Null when its message is not in the transcript. */
  readonly current: readonly HistoryRow[] | null;
  /** Runs that the gateway began itself to resume the newest. */
  readonly resumedBy: readonly string[];
}

/** Returns rows of the turn's runs. A recovery counts as long as no one else has begun anything since. */
export function rowsOfTurn(
  all: readonly HistoryRow[],
  { turnId, runId }: { readonly turnId: TurnId; readonly runId: string },
): RowsOfTurn {
  const runs = new Set<string>();
  const rows: HistoryRow[] = [];
  let current: HistoryRow[] | null = null;
  let resumedBy: string[] = [];
  let isOursLast = false;
  for (const row of all) {
    if (row.role === "user") {
      const isOwn: boolean = row.inputOf?.startsWith(`${turnId}:`) ?? false;
      const isRecovery: boolean = row.provenance?.sourceTool === recoveryTool && isOursLast;
      isOursLast = isOwn || isRecovery;
      if (!isOursLast || row.inputOf === null) continue;
      runs.add(row.inputOf);
      if (isRecovery) resumedBy.push(row.inputOf);
      else {
        resumedBy = [];
        current = row.inputOf === runId ? [] : null;
      }
    } else if (row.runId !== null && (runs.has(row.runId) || row.runId.startsWith(`${turnId}:`))) {
      rows.push(row);
      current?.push(row);
    }
  }
  return { rows, current, resumedBy };
}
