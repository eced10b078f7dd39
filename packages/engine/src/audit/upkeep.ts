/** Deletes lines of the audit that are older than the settings allow, at the start and every hour (AU1). */
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps, Log } from "../deps.ts";
import { startDueLoop } from "../due-loop.ts";

export function startAuditUpkeep(deps: Deps, log: Log, keptMs: number): AsyncDisposable {
  return startDueLoop(deps, log, {
    look: async () => {
      await commitOps(deps, { op: "audit.prune", before: msToIso(Math.max(0, deps.clock.now() - keptMs)) });
      return null;
    },
    wakes: () => false,
    lookEveryMs: 3_600_000,
    afterFailureMs: 60_000,
    failure: "the audit could not be cleaned up",
  });
}
