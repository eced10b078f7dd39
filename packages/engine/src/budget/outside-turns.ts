/**
 * BU1 for model calls outside turns, such as a consolidation's: they are left for later if they do not fit, and ask no
 * one. Each call of a piece of work is held until the usage of all of it is counted.
 */
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { Spender } from "../port/budget.ts";
import { type ReserveCall, RuntimeFailure } from "../port/runtime.ts";
import type { Op } from "../port/unit.ts";
import { worstToNeed } from "./need.ts";
import { readBudgetFull } from "./room.ts";

/** No call takes longer (PR4), so what a dead worker left is not held for longer either. */
const heldMs = 3_600_000;
const laterMs = 600_000;

export interface OutsideReserve {
  readonly reserve: ReserveCall;
  /** Returns what lets go of it, for the unit that counts the usage. */
  release(): readonly Op[];
}

export function reserveOutside(deps: Deps, name: string, spender: Spender): OutsideReserve {
  const held: string[] = [];
  return {
    async reserve(worst) {
      if ((await deps.store.read.budgetsOver(spender)).length === 0) return null;
      const id = `${name}:${held.length + 1}`;
      const expiresAt = msToIso(deps.clock.now() + heldMs);
      try {
        await commitOps(deps, { op: "budget.reserve", id, spender, need: worstToNeed(worst), expiresAt });
      } catch (error) {
        if (readBudgetFull(error) === null) throw error;
        throw new RuntimeFailure("a budget has no room for it", { retry: true, retryAfterMs: laterMs, cause: error });
      }
      held.push(id);
      return deps.store.read.reservedOutput(id);
    },
    release: () => held.splice(0).map((id): Op => ({ op: "budget.release", id })),
  };
}
