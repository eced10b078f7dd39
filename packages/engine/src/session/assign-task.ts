/**
 * Assigns a task to a bot: a session with the task as its first message and its criteria as the result contract, in one
 * unit with the task's change (TK4). The bot's memory is recalled for it as for every message.
 */

import { AppError } from "@reef/protocol/error";
import type { BotId, TaskId } from "@reef/protocol/ids";
import type { TaskWithDetail } from "@reef/protocol/task";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import { oneLine } from "../prompt/defuse.ts";
import { contractOf, sayAssignment } from "../task/say-task.ts";
import { readTask } from "../task/tasks.ts";
import { mayReport } from "../tool/report-result.ts";

/**
 * Throws `not_found` (task, bot) and `conflict`: the task is being worked on, is a form, or its file is gone; or the bot
 * may not report a result.
 */
export async function assignTask(
  deps: Deps,
  id: TaskId,
  { botId, note = "" }: { readonly botId: BotId; readonly note?: string | undefined },
): Promise<TaskWithDetail> {
  const task = await readTask(deps, id);
  const bot = await found(deps.store.read.bot(botId), "bot", botId);
  if (task.isTemplate) throw new AppError("conflict", `${task.ref} is an unfilled form, and no work`);
  if (task.goneAt !== null && task.source !== null)
    throw new AppError("conflict", `the file of ${task.ref} is gone: it may have been moved or deleted`);
  if (deps.contracts === undefined) throw new AppError("unavailable", "results of tasks can't be checked here");
  if (!mayReport(bot))
    throw new AppError("conflict", `${oneLine(bot.name)} may not use report_result, so its result can't be checked`);
  await requireFree(deps, task);
  const contract = contractOf(task);
  const unfit = contract.schema === null ? null : deps.contracts.refuseSchema(contract.schema);
  if (unfit !== null) throw new AppError("conflict", `its criteria can't be checked: ${unfit}`);
  const sessionId = makeId("session");
  const messageId = makeId("message");
  const { topicId } = task;
  await commitOps(
    deps,
    {
      op: "session.create",
      session: {
        id: sessionId,
        botId,
        title: oneLine(task.title, 200),
        ...(topicId !== null && { topicId }),
        parentId: null,
        taskMessageId: null,
        contract,
      },
    },
    {
      op: "message.send",
      message: {
        id: messageId,
        sessionId,
        from: { kind: "person" },
        text: sayAssignment(task, { note, key: messageId }),
        purpose: "text",
        mode: "queue",
        chainId: makeId("chain"),
        hops: 0,
        replyTo: null,
        notBefore: null,
        held: false,
        idempotencyKey: null,
      },
    },
    { op: "task.change", id, fields: { botId, sessionId, status: "in_progress" }, isAssigned: true },
  );
  return readTask(deps, id);
}

/** Two bots on one task would undo each other's work. */
async function requireFree(deps: Deps, task: TaskWithDetail): Promise<void> {
  if (task.status !== "in_progress" || task.sessionId === null) return;
  const session = await deps.store.read.session(task.sessionId);
  if (session === null || session.status === "idle" || session.status === "failed") return;
  throw new AppError("conflict", `${task.ref} is being worked on in “${oneLine(session.title)}”: stop that first`);
}
