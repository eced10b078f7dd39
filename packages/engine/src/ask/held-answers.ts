/**
 * Applies held answers when their grace period is over, and defaults when a deadline has passed. The times live in the store, so answers that came due while no
 * worker ran are applied at the start. Several workers may look at the same time; the store lets one of them settle
 * (AS1).
 */
import type { Ask } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import { type IsoTime, isoToMs } from "@reef/protocol/time";
import type { Deps, Log } from "../deps.ts";
import { startDueLoop } from "../due-loop.ts";
import { settleAsk } from "./answer.ts";

const atOnce = 100;

export function startHeldAnswers(deps: Deps, log: Log): AsyncDisposable {
  return startDueLoop(deps, log, {
    look: () => settleDue(deps),
    wakes: (event) =>
      event.type === "ask.changed" && (event.ask.held !== undefined || event.ask.deadlineAt !== undefined),
    lookEveryMs: 5_000,
    afterFailureMs: 2_000,
    failure: "held answers could not be checked",
  });
}

/** Applies what is due. Returns when the next answer takes effect; null if none will by itself. */
export async function settleDue(deps: Deps): Promise<number | null> {
  const { read } = deps.store;
  const next = [
    await applyDue(deps, await read.heldAsks(atOnce), ({ held }) => held && { ...held, heldUntil: held.until }),
    // An answer that a person has just given, and may still take back, counts more than the default.
    await applyDue(deps, await read.asksByDeadline(atOnce), ({ held, deadlineAt, defaultAnswer = noAnswer }) =>
      deadlineAt === undefined || held ? undefined : { answer: defaultAnswer, until: deadlineAt },
    ),
  ].filter((ms) => ms !== null);
  return next.length === 0 ? null : Math.min(...next);
}

interface DueAnswer {
  readonly answer: string;
  readonly until: IsoTime;
  readonly heldUntil?: IsoTime;
}

/** Returns when the first that is not due yet will be; now if there may be more that are due. */
async function applyDue(
  deps: Deps,
  asks: readonly Ask[],
  dueOf: (ask: Ask) => DueAnswer | undefined,
): Promise<number | null> {
  const nowMs = deps.clock.now();
  const nextMs: number | null = asks.length < atOnce ? null : nowMs;
  for (const ask of asks) {
    const due = dueOf(ask);
    if (due === undefined) continue;
    if (isoToMs(due.until) > nowMs) return nextMs ?? isoToMs(due.until);
    try {
      const { answer, heldUntil } = due;
      await settleAsk(deps, ask, { answer, ...(heldUntil !== undefined && { heldUntil }) });
    } catch (error) {
      // Someone took it back, replaced it or settled it since it was read.
      if (!(error instanceof AppError) || (error.code !== "conflict" && error.code !== "not_found")) throw error;
    }
  }
  return nextMs;
}

/** What a bot reads when nobody answered in time and it named no default. */
const noAnswer = "Nobody answered before the deadline.";
