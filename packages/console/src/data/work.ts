/** Counts how much is being done, from the sessions. */
import { needsPerson, type SessionIndex } from "./cache.ts";

export interface WorkCounts {
  readonly running: number;
  /** Open turns that continue by themselves: they wait for another session, or for a time. */
  readonly waiting: number;
  readonly queued: number;
  readonly needsPerson: number;
}

export function countWork({ byId }: SessionIndex): WorkCounts {
  let [running, waiting, queued, needing] = [0, 0, 0, 0];
  for (const session of byId.values()) {
    if (session.status === "running" || session.status === "unknown") running++;
    if (session.status === "waiting") waiting++;
    queued += session.queued;
    if (session.archivedAt === null && needsPerson(session)) needing++;
  }
  return { running, waiting, queued, needsPerson: needing };
}
