/**
 * Waits, durably and without a lane, until messages this session sent are settled. A reply that came back as a message
 * is taken into this turn, so that it is handled once.
 */

import type { MessageId } from "@reef/protocol/ids";
import { EntryId, MessageId as MessageIdSchema } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { findSession } from "../mailbox/find-session.ts";
import { isSettled } from "../mailbox/settled.ts";
import { oneLine } from "../prompt/defuse.ts";
import { frameKey, quoteText } from "../prompt/quote.ts";
import type { ToolRun } from "./tool.ts";
import { defineTool, errorResult } from "./tool.ts";

export const sessionWait = defineTool({
  name: "session_wait",
  description:
    "Waits until other sessions have dealt with what this session sent them (messages and spawned tasks), and returns their answers.",
  input: z.strictObject({
    for: z
      .union([z.string().min(1), z.array(z.string().min(1)).max(50)])
      .optional()
      .describe("Message ids, or sessions by id, title or bot name; all spawned tasks by default."),
    timeoutSeconds: z.number().min(1).max(86_400).default(600),
  }),
  effects: { kind: "unit" },
  changes: "turn",
  words: "others",
  tells: "nobody",
  folds: false,
  async run(run, input) {
    const wanted = typeof input.for === "string" ? [input.for] : (input.for ?? []);
    // What this call waited for at its first run may be settled by now, and is what was asked for.
    const waited = await waitedMessages(run);
    const named = wanted.length > 0 ? await namedMessages(run, wanted) : waited.length > 0 ? [] : await openTasks(run);
    if (typeof named === "string") return errorResult(named);
    const sent = [...new Map([...waited, ...named].map((message) => [message.id, message])).values()];
    if (sent.length === 0) return { type: "result", text: "nothing to wait for: everything sent is settled" };
    const open = sent.filter((message) => !isSettled(message));
    const untilMs = isoToMs(run.startedAt) + input.timeoutSeconds * 1000;
    if (open.length > 0 && run.deps.clock.now() < untilMs) {
      return {
        type: "wait",
        waits: open.map((message) => ({ for: "message" as const, callId: run.callId, messageId: message.id })),
        until: msToIso(untilMs),
      };
    }
    const answers = await Promise.all(sent.map((message) => describeAnswer(run, message)));
    const taken = answers.flatMap((answer) => (answer.take === null ? [] : [answer.take]));
    return {
      type: "result",
      text: answers.map((answer) => answer.text).join("\n"),
      ops: taken.length === 0 ? [] : [{ op: "turn.take", messageIds: taken }],
    };
  },
});

async function waitedMessages({ deps, turn, callId }: ToolRun): Promise<readonly Message[]> {
  const ids = turn.waits.flatMap((wait) => (wait.for === "message" && wait.callId === callId ? [wait.messageId] : []));
  return present(await Promise.all(ids.map((id) => deps.store.read.message(id))));
}

/** Returns tasks without a result, and results that came back but were not read yet. */
async function openTasks({ deps, session }: ToolRun): Promise<readonly Message[]> {
  const { read } = deps.store;
  const open = (await read.openChildren(session.id)).map((child) => child.task);
  const replies = (await read.queuedMessages(session.id)).flatMap(({ replyTo }) => (replyTo === null ? [] : [replyTo]));
  const answered = present(await Promise.all(replies.map((id) => read.message(id))));
  return [...open.filter((task) => !isSettled(task)), ...answered];
}

function present(messages: readonly (Message | null)[]): readonly Message[] {
  return messages.filter((message) => message !== null);
}

/** Finds messages by id, or the newest message to each named session. Returns a string that says what was not found. */
async function namedMessages(run: ToolRun, names: readonly string[]): Promise<readonly Message[] | string> {
  const messages: Message[] = [];
  for (const name of names) {
    const id = MessageIdSchema.safeParse(name.trim());
    if (id.success) {
      const message = await run.deps.store.read.message(id.data);
      const own = message?.from.kind === "session" && message.from.sessionId === run.session.id;
      if (message === null || !own) return `this session sent no message ${name}`;
      messages.push(message);
      continue;
    }
    const found = await findSession(run.deps, run.session, name);
    if (found.state !== "found") return found.state === "none" ? found.reason : `nothing was sent to “${name}”`;
    const filter = { sessionId: found.session.id, fromSessionId: run.session.id };
    const { items } = await run.deps.store.read.messages(filter, { limit: 100, cursor: null });
    const open = items.filter((message) => !isSettled(message));
    const newest = items[0];
    if (newest === undefined) return `nothing was sent to “${oneLine(found.session.title)}”`;
    messages.push(...(open.length > 0 ? open.toReversed() : [newest]));
  }
  return messages;
}

interface Answer {
  readonly text: string;
  /** A reply that still waits in this session's mailbox. */
  readonly take: MessageId | null;
}

async function describeAnswer({ deps, session }: ToolRun, message: Message): Promise<Answer> {
  const target = await deps.store.read.session(message.sessionId);
  const head = `${message.id} to “${oneLine(target?.title ?? message.sessionId)}”`;
  if (!isSettled(message)) return { text: `${head}: not settled yet (${message.state})`, take: null };
  const { answeredBy } = message;
  if (answeredBy === null) {
    const reason = message.reason === null ? "" : `: ${oneLine(message.reason, 500)}`;
    return { text: `${head}: ${message.state}, without an answer${reason}`, take: null };
  }
  const entryId = EntryId.safeParse(answeredBy);
  if (entryId.success && target?.memory === "off" && target.id !== session.id) {
    return { text: `${head}: answered; that session is incognito, so its answer is not shown`, take: null };
  }
  if (entryId.success) {
    const entry = await deps.store.read.entry(entryId.data);
    const source = { from: target?.title ?? "session", session: message.sessionId, answers: message.id };
    const quoted = quoteText(entry?.text ?? "(its session was deleted)", source, frameKey(entryId.data));
    return { text: `${head}: answered\n${quoted}`, take: null };
  }
  const reply = await deps.store.read.message(MessageIdSchema.parse(answeredBy));
  const waits = reply !== null && reply.sessionId === session.id && reply.state === "queued";
  return {
    text: `${head}: answered by ${answeredBy}, ${waits ? "which follows" : "which is in this transcript"}`,
    take: waits ? reply.id : null,
  };
}
