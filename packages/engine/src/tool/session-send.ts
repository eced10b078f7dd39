/**
 * Writes to another session. Delivery is certain; links and the hop limit may hold or refuse the message, which the bot
 * sees.
 */

import type { Bot } from "@reef/protocol/bot";
import { maxMessageLength } from "@reef/protocol/message";
import { z } from "zod";
import { makeId } from "../ids.ts";
import type { Outgoing } from "../mailbox/compose.ts";
import { composeMessage, findReplied } from "../mailbox/compose.ts";
import { type FoundSession, findSession } from "../mailbox/find-session.ts";
import type { SessionSeed } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { defineTool, errorResult, keyOfCall, type ToolRun } from "./tool.ts";

export const sessionSend = defineTool({
  name: "session_send",
  description:
    "Sends a message to another session. It is always delivered, and that session handles it in its own time; an answer, if there is one, arrives here as a message.",
  input: z.strictObject({
    to: z.string().min(1).describe("A session's id or title, or a bot's name."),
    text: z.string().min(1).max(maxMessageLength),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "session",
  folds: false,
  async run(run, { to, text }) {
    const found = (await findWriter(run, to)) ?? (await findSession(run.deps, run.session, to));
    if (found.state === "none") return errorResult(found.reason);
    if (found.state === "found" && found.session.id === run.session.id) {
      return errorResult("a session cannot write to itself; just go on");
    }
    if (found.state === "found" && found.session.archivedAt !== null) {
      return errorResult(`“${oneLine(found.session.title)}” is archived`);
    }
    const { seed, target } =
      found.state === "found" ? { seed: null, target: { ...found.session, isNew: false } } : firstSessionOf(found.bot);
    const replyTo = findReplied(run, target.id);
    const composed = await composeMessage(run.deps, run, {
      to: target,
      text,
      // A reply asks for nothing: two bots that requested each other's answers would never end.
      purpose: run.answers === "message" && replyTo === null ? "request" : "text",
      replyTo,
      key: keyOfCall(run),
    });
    if (composed.state === "refused") {
      return { type: "result", isError: true, text: `refused: ${composed.reason}`, ops: composed.ops };
    }
    const create = seed === null ? [] : [{ op: "session.create" as const, session: seed }];
    const outcome =
      composed.state === "sent"
        ? `sent to “${oneLine(target.title)}” (${target.id}) as ${composed.messageId}`
        : `held: this chain of messages is too long; a person decides whether ${composed.messageId} goes to “${oneLine(target.title)}”`;
    return { type: "result", text: outcome, ops: [...create, ...composed.ops] };
  },
});

/** Finds a session that wrote in this turn: it can be answered by its id, even if it is hidden from others. */
async function findWriter({ deps, messages }: ToolRun, to: string): Promise<FoundSession | null> {
  const id = messages
    .flatMap(({ from }) => (from.kind === "session" ? [from.sessionId] : []))
    .find((id) => id === to.trim());
  const session = id === undefined ? null : await deps.store.read.session(id);
  return session === null ? null : { state: "found", session };
}

/** Creates the first session of a bot that is written to before it has one. */
function firstSessionOf(bot: Bot): { readonly seed: SessionSeed; readonly target: Outgoing["to"] } {
  const seed = {
    id: makeId("session"),
    botId: bot.id,
    title: bot.name,
    topicId: null,
    pinned: false,
    parentId: null,
    taskMessageId: null,
  };
  return { seed, target: { ...seed, rootId: seed.id, isNew: true } };
}
