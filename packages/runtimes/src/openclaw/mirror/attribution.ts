/**
 * Decides who caused each row. Rows that a turn of ours caused in OpenClaw were committed by that turn and are not
 * copied again; while it runs, its rows wait for its end. Everything else was made there. A run that a crash cut off
 * continues under another id, behind a row of the gateway's own: it keeps its owner.
 */
import { TurnId } from "@reef/protocol/ids";
import { isoToMs } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import { type TranscriptRow, timeOf } from "./transcript-row.ts";

/** `take`: made there. `late`: a late answer, after a turn ended here without one. `hold`: not known yet. */
export type Verdict =
  | { readonly state: "take" }
  | { readonly state: "skip" }
  | { readonly state: "hold" }
  | { readonly state: "late"; readonly turnId: TurnId };

export type TurnOfRow = Pick<Turn, "id" | "state" | "endedAt">;

/** Returns the turn that started this run, by our ids `<turn>:<attempt>`; null for a run of someone else. */
export function turnIdOfRun(runId: string | null | undefined): TurnId | null {
  const parsed = TurnId.safeParse(runId?.split(":", 1)[0]);
  return parsed.success ? parsed.data : null;
}

/** Returns the run that a row of input began; null for any other row, and for input that does not say. */
export function runOfInput(row: TranscriptRow): string | null {
  return row.role === "user" ? (/^(.+):user$/.exec(row.idempotencyKey ?? "")?.[1] ?? null) : null;
}

/** Follows a transcript from row to row. */
export interface Attribution {
  /** The owner of the next row, unless it says otherwise: a run, `there`, or null at the start. */
  readonly owner: string | null;
  judge(row: TranscriptRow): Verdict;
}

/**
 * `owner` is that of the rows before; `inputs` are the runs whose input is in the rows to come; `turns` are those of
 * this session that are named in them.
 */
export function followRows(facts: {
  readonly owner: string | null;
  readonly inputs: ReadonlySet<string>;
  readonly turns: ReadonlyMap<TurnId, TurnOfRow>;
}): Attribution {
  const { inputs, turns } = facts;
  const resumed = new Map<string, string | null>();
  let owner = facts.owner;

  function runOf(row: TranscriptRow): string | null {
    const input = runOfInput(row);
    if (isRecovery(row)) {
      if (input !== null) resumed.set(input, owner);
      return owner;
    }
    if (input !== null) return input;
    if (row.role === "user") return row.provenance?.kind === "internal_system" ? owner : "there";
    const runId = row.__openclaw.runId ?? null;
    if (runId === null) return owner;
    if (resumed.has(runId)) return resumed.get(runId) ?? null;
    return turnIdOfRun(runId) !== null || inputs.has(runId) ? runId : owner;
  }

  return {
    get owner() {
      return owner;
    },
    judge(row) {
      const run = runOf(row);
      if (row.role === "user") owner = run;
      const turnId = turnIdOfRun(run);
      const turn = turnId === null ? undefined : turns.get(turnId);
      return turn === undefined ? { state: "take" } : judgeOwn(row, turn);
    },
  };
}

function judgeOwn(row: TranscriptRow, turn: TurnOfRow): Verdict {
  if (turn.state === "running" || turn.state === "waiting") return { state: "hold" };
  // The turn delivered what people and sessions wrote.
  if (row.role === "user") return { state: "skip" };
  const ms = timeOf(row);
  const isAfter = ms !== null && turn.endedAt !== null && ms > isoToMs(turn.endedAt);
  const isOwnRun = turnIdOfRun(row.__openclaw.runId) !== null;
  if (turn.state === "done") return { state: isAfter && !isOwnRun ? "take" : "skip" };
  const isWhole = row.openclawAbort == null && !["aborted", "error", "toolUse"].includes(row.stopReason ?? "");
  const isAnswer = row.role === "assistant" && isWhole && (isAfter || turn.state === "failed");
  return isAnswer ? { state: "late", turnId: turn.id } : { state: "skip" };
}

/** True when the gateway resumes what its own end had cut off. */
function isRecovery({ provenance }: TranscriptRow): boolean {
  return provenance?.kind === "internal_system" && (provenance.sourceTool ?? "").endsWith("restart_recovery");
}
