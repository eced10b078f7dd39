/** Deletes sessions that may be at work: stops them first, and again if a result or a message has restarted one. */
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { Op } from "../port/unit.ts";
import { cancelSession } from "./cancel.ts";

const attempts = 5;

/** Stops the sessions and applies the deletions in one unit. Throws `conflict` if something could not be stopped. */
export async function stopAndDelete(
  deps: Deps,
  sessions: readonly SessionId[],
  ...deletions: readonly Op[]
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    for (const id of sessions) {
      const report = await cancelSession(deps, id, { by: "deletion", queued: true });
      if (report.notStopped.length > 0) throw new AppError("conflict", "a turn did not stop; try again");
    }
    try {
      await commitOps(deps, ...deletions);
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "conflict" || attempt === attempts) throw error;
    }
  }
}
