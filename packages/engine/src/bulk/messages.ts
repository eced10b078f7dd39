/** Applies one act to many messages in one unit: nineteen dead letters of one dead model are one decision. */
import type { BulkReport, MessageAction, MessageBulk } from "@reef/protocol/bulk";
import { maxBulk } from "@reef/protocol/bulk";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { Op } from "../port/unit.ts";
import { breathe, readMany } from "./breathe.ts";

/** Retries are for another act that comes between the read and the commit. */
const tries = 3;

/** Skips messages that are no longer in a state for the act. Cannot be undone. */
export async function changeMessages(deps: Deps, bulk: MessageBulk): Promise<BulkReport> {
  for (let attempt = 1; ; attempt += 1) {
    const { messages, missing } = await findMessages(deps, bulk);
    const fitting = messages.filter((message) => fits(message, bulk.action));
    // Oldest first, so that they are accepted again in the order they were sent (MB3).
    const ops = fitting.toSorted((a, b) => a.rank - b.rank).map((message) => toOp(message.id, bulk.action));
    try {
      if (ops.length > 0) await commitOps(deps, ...ops);
      return {
        changed: ops.length,
        unchanged: messages.length - ops.length,
        missing,
        undo: null,
        undoUntil: null,
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "conflict" || attempt === tries) throw error;
    }
  }
}

function fits({ state, dismissedAt }: Message, action: MessageAction): boolean {
  switch (action) {
    case "retry":
      return state === "dead";
    case "dismiss":
      return state === "dead" && dismissedAt === null;
    case "cancel":
      return state === "queued";
    default:
      return action satisfies never;
  }
}

function toOp(id: MessageId, action: MessageAction): Op {
  if (action === "cancel") return { op: "message.cancel", id, reason: "withdrawn by a person" };
  return { op: action === "retry" ? "message.retry" : "message.dismiss", id };
}

async function findMessages(
  { store, clock }: Deps,
  { ids, filter }: MessageBulk,
): Promise<{ readonly messages: readonly Message[]; readonly missing: MessageId[] }> {
  if (ids !== undefined) {
    const wanted = [...new Set(ids)];
    const messages = await readMany(clock, wanted, (id) => store.read.message(id));
    return {
      messages: messages.filter((message) => message !== null),
      missing: wanted.filter((_, at) => messages[at] === null),
    };
  }
  const messages: Message[] = [];
  const readPage = (cursor: string | null) => store.read.messages(filter ?? {}, { limit: 500, cursor });
  for await (const page of eachPage(readPage, () => breathe(clock))) {
    messages.push(...page);
    if (messages.length > maxBulk) {
      throw new AppError("limit_exceeded", `the filter matches more than ${maxBulk} messages; narrow it`);
    }
  }
  return { messages, missing: [] };
}
