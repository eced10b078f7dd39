/**
 * Whose rows they are. What a turn of ours caused over there was committed by that turn and is not taken over again; while
 * it runs, its rows wait for its end. Everything else was made there. A run that a crash cut off goes on under another id,
 * so its rows are known by the message they follow.
 */
import { TurnId } from "@reef/protocol/ids";
import { isoToMs } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import { type TranscriptRow, timeOf } from "./transcript-row.ts";

/** `take`: made there. `late`: what is still said after a turn ended here without an answer. `hold`: not known yet. */
export type Verdict =
  | { readonly state: "take" }
  | { readonly state: "skip" }
  | { readonly state: "hold" }
  | { readonly state: "late"; readonly turnId: TurnId };

export type TurnOfRow = Pick<Turn, "id" | "state" | "endedAt">;

/** The turn that asked for this run, by our ids `<turn>:<attempt>`; null for a run of somebody else. */
export function turnIdOfRun(runId: string | null | undefined): TurnId | null {
  const parsed = TurnId.safeParse(runId?.split(":", 1)[0]);
  return parsed.success ? parsed.data : null;
}

/** The run that a row of input began; null for a row that began none, or does not say. */
export function runOfInput(row: TranscriptRow): string | null {
  return row.idempotencyKey == null ? null : row.idempotencyKey.replace(/:user$/, "");
}

/** The owner of what follows this row: a run, or `there`. */
export function ownerAfter(row: TranscriptRow, before: string | null): string | null {
  const run = runOfInput(row);
  if (run !== null) return run;
  // A note of the gateway's own, such as of a recovery, belongs to what it stands in.
  const isInput = row.role === "user" && row.provenance?.kind !== "internal_system";
  return isInput ? "there" : before;
}

/**
 * `owner` is that of the rows before; `inputs` are the runs whose input stands in the transcript as far as it was read;
 * `turns` holds the turns of ours that are named, as they are in this session.
 */
export function judge(
  row: TranscriptRow,
  facts: {
    readonly owner: string | null;
    readonly inputs: ReadonlySet<string>;
    readonly turns: ReadonlyMap<TurnId, TurnOfRow>;
  },
): Verdict {
  const { owner, inputs, turns } = facts;
  const input = runOfInput(row);
  const runId = row.__openclaw.runId ?? null;
  const isOwnRun = turnIdOfRun(runId) !== null;
  const run = input ?? (isOwnRun || (runId !== null && inputs.has(runId)) ? runId : ownerAfter(row, owner));
  const turn = turns.get(turnIdOfRun(run) as TurnId);
  if (turn === undefined) return { state: "take" };
  if (turn.state === "running" || turn.state === "waiting") return { state: "hold" };
  // What people and sessions wrote was delivered by the turn.
  if (input !== null) return { state: "skip" };
  const ms = timeOf(row);
  const isAfter = ms !== null && turn.endedAt !== null && ms > isoToMs(turn.endedAt);
  if (turn.state === "done") return { state: isAfter && !isOwnRun ? "take" : "skip" };
  const isAnswer = row.role === "assistant" && row.stopReason !== "aborted" && row.stopReason !== "toolUse";
  return isAnswer && (isAfter || turn.state === "failed") ? { state: "late", turnId: turn.id } : { state: "skip" };
}
