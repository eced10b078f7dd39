/** Answers the reads of the in-memory store: filter, sort, cut. */

import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Session } from "@reef/protocol/session";
import { addUsage, noUsage } from "@reef/protocol/usage";
import { textWithFiles } from "../file/say-files.ts";
import { causeOf } from "../mailbox/cause.ts";
import type { Clock } from "../port/clock.ts";
import type { Queries } from "../port/queries.ts";
import { makeSnippet, matchText, questionToWords } from "../search/question.ts";
import { countSessions } from "../session/counts.ts";
import type { SessionFacts } from "../session/status.ts";
import { approvalQueries } from "./approvals.ts";
import { auditQueries } from "./audit.ts";
import { budgetQueries } from "./budgets.ts";
import { consolidationQueries } from "./consolidations.ts";
import { workerQueries } from "./fleet.ts";
import { holdQueries } from "./holds.ts";
import { mcpQueries } from "./mcp-servers.ts";
import { overviewQueries } from "./overview.ts";
import { modelQueries } from "./provider-records.ts";
import { knownQueries } from "./recalls.ts";
import { currentEntries, replacedBy, toReadEntry } from "./rewind.ts";
import { scheduleQueries } from "./schedules.ts";
import { skillQueries } from "./skills.ts";
import {
  chainOf,
  filterValues,
  type MessageRecord,
  type ModelState,
  queuedOf,
  type SessionRecord,
  toBot,
  toMessage,
  toSession,
  toTurn,
  usedOfChain,
} from "./state.ts";
import { fileQueries } from "./stored-files.ts";

/** Reads the state that `current` returns at the time of the call. */
export function storeQueries(current: () => ModelState, clock: Clock): Queries {
  const session = (record: SessionRecord) => toSession(current(), record, clock.steady());
  const sessions = (keep: (record: SessionRecord) => boolean) => filterValues(current().sessions, keep);
  const byActivity = (records: SessionRecord[]) =>
    records.sort((a, b) => order(b.lastAt, a.lastAt) || order(b.id, a.id));
  return {
    ...knownQueries(current, cut),
    ...consolidationQueries(current, cut),
    ...overviewQueries(current, clock),
    ...scheduleQueries(current, cut),
    ...fileQueries(current),
    ...modelQueries(current),
    ...approvalQueries(current),
    ...auditQueries(current, cut),
    ...budgetQueries(current, clock),
    ...holdQueries(current),
    ...mcpQueries(current),
    ...skillQueries(current),
    ...workerQueries(current, clock),
    bot: async (id) => {
      const record = current().bots.get(id);
      return record === undefined ? null : toBot(current(), record, clock.now());
    },
    bots: async (page) => {
      const records = [...current().bots.values()].sort(
        (a, b) => order(a.name.toLowerCase(), b.name.toLowerCase()) || order(a.id, b.id),
      );
      return cut(
        records.map((record) => toBot(current(), record, clock.now())),
        page,
      );
    },
    botsByName: async (name) =>
      filterValues(current().bots, (bot) => bot.name.toLowerCase() === name.toLowerCase())
        .sort((a, b) => order(a.id, b.id))
        .map((record) => toBot(current(), record, clock.now())),
    topic: async (id) => current().topics.get(id) ?? null,
    topics: async (page) => {
      const sorted = [...current().topics.values()].sort(
        (a, b) => a.order - b.order || order(a.name, b.name) || order(a.id, b.id),
      );
      return cut(sorted, page);
    },
    session: async (id) => sessions((session) => session.id === id).map(session)[0] ?? null,
    sessions: async (filter, page) => {
      const words = filter.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
      const records = sessions(
        (session) =>
          (session.archivedAt !== null) === (filter.archived ?? false) &&
          (filter.botId === undefined || session.botId === filter.botId) &&
          (filter.topicId === undefined || session.topicId === filter.topicId) &&
          (filter.parentId === undefined || session.parentId === filter.parentId) &&
          (filter.pinned === undefined || session.pinned === filter.pinned) &&
          words.every((word) => session.title.toLowerCase().includes(word)),
      );
      const nouns = byActivity(records).map(session);
      return cut(
        nouns.filter(
          ({ status, unread }) =>
            (filter.status === undefined || status === filter.status) &&
            (filter.unread === undefined || unread > 0 === filter.unread),
        ),
        page,
      );
    },
    listCounts: async () =>
      countSessions(
        sessions(() => true).map((record) => {
          const noun = session(record);
          const parent = record.parentId === null ? undefined : current().sessions.get(record.parentId);
          return {
            count: 1,
            queued: noun.queued,
            topicId: noun.topicId,
            isPinned: noun.pinned,
            isArchived: noun.archivedAt !== null,
            isUnread: noun.unread > 0,
            isBelow: parent !== undefined && parent.archivedAt === null,
            ...factsOf(noun),
          };
        }),
      ),
    sessionsByTitle: async (title) =>
      byActivity(
        sessions((session) => session.archivedAt === null && session.title.toLowerCase() === title.toLowerCase()),
      ).map(session),
    sessionByMirror: async ({ gatewayId, key }) => {
      const record = sessions(({ mirrors }) => mirrors?.gatewayId === gatewayId && mirrors.key === key).at(0);
      return record === undefined ? null : session(record);
    },
    mainSessionOfBot: async (botId) => {
      const record = sessions(
        (session) => session.botId === botId && session.archivedAt === null && session.parentId === null,
      ).at(-1);
      return record === undefined ? null : session(record);
    },
    openChildren: async (parentId) =>
      sessions((session) => session.parentId === parentId && session.isOpenChild).flatMap(({ id, taskMessageId }) => {
        const task = taskMessageId === null ? undefined : current().messages.get(taskMessageId);
        return task === undefined ? [] : [{ sessionId: id, task: toMessage(task) }];
      }),
    tree: async (rootId) =>
      sessions((session) => session.rootId === rootId)
        .sort((a, b) => a.depth - b.depth)
        .map(session),
    message: async (id) => {
      const record = current().messages.get(id);
      return record === undefined ? null : toMessage(record);
    },
    messages: async (filter, page) => {
      const records = filterValues(
        current().messages,
        (message) =>
          (filter.state === undefined || message.state === filter.state) &&
          (filter.sessionId === undefined || message.sessionId === filter.sessionId) &&
          (filter.fromSessionId === undefined ||
            (message.from.kind === "session" && message.from.sessionId === filter.fromSessionId)) &&
          (filter.chainId === undefined || message.chainId === filter.chainId) &&
          (filter.cause === undefined || toMessage(message).cause === filter.cause) &&
          (filter.idempotencyKey === undefined || message.idempotencyKey === filter.idempotencyKey) &&
          (filter.betweenBots !== true || message.from.kind === "session") &&
          (filter.botId === undefined || isOfBot(current(), message, filter.botId)) &&
          (filter.dismissed === undefined || (message.dismissedAt !== null) === filter.dismissed),
      );
      return cut(records.sort((a, b) => b.position - a.position).map(toMessage), page);
    },
    messageByKey: async (sessionId, key) => {
      const own = filterValues(current().messages, (message) => message.sessionId === sessionId);
      const record = own.find(({ idempotencyKey }) => idempotencyKey === key);
      return record === undefined ? null : toMessage(record);
    },
    deadCauses: async (limit) => {
      const dead = filterValues(
        current().messages,
        (message) => message.state === "dead" && message.dismissedAt === null,
      );
      const byCause = Map.groupBy(
        dead.sort((a, b) => b.position - a.position),
        ({ reason }) => causeOf(reason),
      );
      return [...byCause].slice(0, limit).map(([cause, messages]) => ({
        cause,
        count: messages.length,
        sessions: new Set(messages.map(({ sessionId }) => sessionId)).size,
        bots: new Set(messages.map(({ sessionId }) => current().sessions.get(sessionId)?.botId)).size,
        reason: messages[0]?.reason ?? cause,
        newestAt: messages[0]?.receipts.acceptedAt ?? null,
      }));
    },
    queuedMessages: async (sessionId) => queuedOf(current(), sessionId).map(toMessage),
    entries: async (sessionId, { before, after, limit, isCurrent }) => {
      const all = current().entries.get(sessionId) ?? [];
      const within = all.filter(
        (entry) =>
          (before === undefined || entry.seq < before) &&
          (after === undefined || entry.seq > after) &&
          (isCurrent !== true || replacedBy(all, entry) === undefined),
      );
      const cutTo = after === undefined ? within.slice(Math.max(0, within.length - limit)) : within.slice(0, limit);
      return cutTo.map((entry) => toReadEntry(all, entry));
    },
    entry: async (id) => {
      for (const all of current().entries.values()) {
        const entry = all.find((entry) => entry.id === id);
        if (entry !== undefined) return toReadEntry(all, entry);
      }
      return null;
    },
    window: async (sessionId) => {
      const entries = currentEntries(current().entries.get(sessionId) ?? []);
      const compaction = entries.findLast(({ notice }) => notice?.type === "compaction");
      if (compaction?.notice?.type !== "compaction") return entries;
      const { throughSeq } = compaction.notice;
      return [compaction, ...entries.filter(({ id, seq }) => seq > throughSeq && id !== compaction.id)];
    },
    search: async (q, page) => {
      const asked = questionToWords(q);
      const entries = asked.length === 0 ? [] : [...current().entries.values()].flat();
      const hits = entries.flatMap((entry) => {
        const record = current().sessions.get(entry.sessionId);
        const text = textWithFiles(entry);
        const match = entry.kind === "tool_call" || entry.kind === "notice" ? null : matchText(text, asked);
        if (record === undefined || match === null) return [];
        return {
          entry: toReadEntry(current().entries.get(entry.sessionId) ?? [], entry),
          session: session(record),
          snippet: makeSnippet(text, match),
          score: match.score,
        };
      });
      const sorted = hits.sort((a, b) => order(b.entry.at, a.entry.at) || order(b.entry.id, a.entry.id));
      return { ...cut(sorted, page), isComplete: true };
    },
    turn: async (id) => {
      const record = current().turns.get(id);
      if (record === undefined) return null;
      const recalled = [...(current().recalled.get(id) ?? [])];
      return { ...toTurn(record), stepList: [...(current().steps.get(id) ?? [])], recalled };
    },
    turns: async ({ sessionId, botId, before, since }, page) => {
      const records = filterValues(
        current().turns,
        (turn) =>
          (sessionId === undefined || turn.sessionId === sessionId) &&
          (botId === undefined || turn.botId === botId) &&
          (before === undefined || turn.startedAt < before) &&
          (since === undefined || turn.endedAt === null || turn.endedAt >= since),
      );
      return cut(records.reverse().map(toTurn), page);
    },
    turnSums: async (sessionId) => {
      const own = filterValues(current().turns, (turn) => turn.sessionId === sessionId);
      const msOf = ({ startedAt, endedAt }: (typeof own)[number]) =>
        endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
      return {
        turns: own.length,
        usage: own.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
        endedMs: own.reduce((sum, turn) => sum + msOf(turn), 0),
        openSince: own.find(({ endedAt }) => endedAt === null)?.startedAt ?? null,
      };
    },
    lastAnswer: async (sessionId) => {
      const turns = filterValues(current().turns, (turn) => turn.sessionId === sessionId);
      const steps = turns.flatMap(({ id }) => current().steps.get(id) ?? []);
      return steps.findLast(({ kind }) => kind === "model") ?? null;
    },
    ask: async (id) => current().asks.get(id) ?? null,
    askOfCall: async (turnId, callId, kind) =>
      filterValues(current().asks, (ask) => ask.turnId === turnId && ask.callId === callId && ask.kind === kind).at(
        -1,
      ) ?? null,
    asksOfTurn: async (turnId) => filterValues(current().asks, (ask) => ask.turnId === turnId),
    asks: async ({ state, kind, sessionId, botId }, page) => {
      const found = filterValues(
        current().asks,
        (ask) =>
          (state === undefined || ask.state === state) &&
          (kind === undefined || ask.kind === kind) &&
          (sessionId === undefined || ask.sessionId === sessionId) &&
          (botId === undefined || ask.botId === botId),
      );
      const isOpen = ({ state: askState }: { readonly state: string }) => askState === "open";
      return cut([...found.filter(isOpen), ...found.filter((ask) => !isOpen(ask)).reverse()], page);
    },
    asksByDeadline: async (limit) =>
      filterValues(current().asks, ({ state, deadlineAt }) => state === "open" && deadlineAt !== undefined)
        .sort((a, b) => order(a.deadlineAt ?? "", b.deadlineAt ?? ""))
        .slice(0, limit),
    asksOfGateway: async (gatewayId, limit) =>
      filterValues(
        current().asks,
        ({ origin, state, delivery }) =>
          origin?.gatewayId === gatewayId && (state === "open" || delivery === "waiting"),
      ).slice(0, limit),
    heldAsks: async (limit) =>
      filterValues(current().asks, ({ held }) => held !== undefined)
        .sort((a, b) => ((a.held?.until ?? "") < (b.held?.until ?? "") ? -1 : 1))
        .slice(0, limit),
    links: async () => current().links,
    undo: async (token) => current().undos.get(token) ?? null,
    gateways: async () => [...current().gateways.values()],
    keptCall: async (sessionId, callId) => current().calls.get(`${sessionId} ${callId}`) ?? null,
    chainExtraHops: async (id) => chainOf(current(), id).extraHops,
    chain: async (id) => {
      const state = current();
      const { root, timesExtended, isStopped } = chainOf(state, id);
      const rootId = root ?? id;
      const turns = filterValues(state.turns, ({ chainId }) => chainId === id);
      return {
        rootId,
        timesExtended,
        isStopped,
        modelCalls: turns.reduce((sum, { usage }) => sum + usage.modelCalls, 0),
        costUsd: turns.reduce((sum, { usage }) => sum + Math.round(usage.costUsd * 1e9), 0) / 1e9,
        ...usedOfChain(state, id),
        planned: chainOf(state, rootId).planned,
      };
    },
    events: async (after, limit) =>
      current()
        .events.filter(({ seq }) => seq > after)
        .slice(0, limit),
    eventBounds: async () => ({ first: current().events[0]?.seq ?? 0, last: current().events.at(-1)?.seq ?? 0 }),
    totals: async () => {
      const { bots, turns, messages, asks, events } = current();
      const turnsIn = (state: string) => filterValues(turns, (turn) => turn.state === state).length;
      return {
        bots: bots.size,
        sessions: current().sessions.size,
        runningTurns: turnsIn("running"),
        waitingTurns: turnsIn("waiting"),
        queuedMessages: filterValues(messages, (message) => message.state === "queued").length,
        deadMessages: filterValues(messages, (message) => message.state === "dead" && message.dismissedAt === null)
          .length,
        openAsks: filterValues(asks, (ask) => ask.state === "open").length,
        lastSeq: events.at(-1)?.seq ?? 0,
      };
    },
  };
}

/** True if either end of it is a session of the bot. */
function isOfBot({ sessions }: ModelState, { sessionId, from }: MessageRecord, botId: BotId): boolean {
  if (sessions.get(sessionId)?.botId === botId) return true;
  return from.kind === "session" && sessions.get(from.sessionId)?.botId === botId;
}

function cut<Item>(items: readonly Item[], { limit, cursor }: PageRequest): Page<Item> {
  const from = cursor === null ? 0 : Number(cursor);
  if (!Number.isSafeInteger(from)) throw new AppError("invalid_request", "this cursor is not from this list");
  return {
    items: items.slice(from, from + limit),
    next: from + limit < items.length ? String(from + limit) : null,
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Recomputing from the session's own state must give the same state. */
function factsOf({ status, openAsks, outOfBudget }: Session): Omit<SessionFacts, "botPaused" | "isHeld" | "queued"> {
  const isOpen = status === "running" || status === "unknown";
  return {
    isOutOfBudget: outOfBudget !== null,
    openAsks,
    asksBelow: status === "waiting" ? 1 : 0,
    turnState: isOpen ? "running" : null,
    leaseUntilMs: status === "unknown" ? -1 : 1,
    lastTurnState: status === "failed" ? "failed" : null,
  };
}
