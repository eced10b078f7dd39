/** Decides when a spawned session's task is over and no longer counts against its parent's limits (SU2). */
import type { Message } from "@reef/protocol/message";

/** The task itself was cancelled, or is gone. */
export function isTaskCancelled(task: Pick<Message, "state"> | undefined): boolean {
  return task?.state === "cancelled";
}

/** Its parent has settled the result, whatever became of it. */
export function isResultTaken({ purpose, state }: Pick<Message, "purpose" | "state">): boolean {
  return purpose === "result" && state !== "queued" && state !== "delivered";
}
