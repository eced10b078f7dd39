/** Reads of the in-memory store: filter, sort, cut. */

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
import { consolidationQueries } from "./consolidations.ts";
import { overviewQueries } from "./overview.ts";
import { modelQueries } from "./provider-records.ts";
import { knownQueries } from "./recalls.ts";
import { currentEntries, replacedBy, toReadEntry } from "./rewind.ts";
import { scheduleQueries } from "./schedules.ts";
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

/** Reads whatever `current` gives at the time of the call. */
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
    session: async (id) => sessions((of) => of.id === id).map(session)[0] ?? null,
    sessions: async (filter, page) => {
      const words = filter.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
      const records = sessions(
        (of) =>
          (of.archivedAt !== null) === (filter.archived ?? false) &&
          (filter.botId === undefined || of.botId === filter.botId) &&
          (filter.topicId === undefined || of.topicId === filter.topicId) &&
          (filter.parentId === undefined || of.parentId === filter.parentId) &&
          (filter.pinned === undefined || of.pinned === filter.pinned) &&
          words.every((word) => of.title.toLowerCase().includes(word)),
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
      byActivity(sessions((of) => of.archivedAt === null && of.title.toLowerCase() === title.toLowerCase())).map(
        session,
      ),
    sessionByMirror: async ({ gatewayId, key }) => {
      const record = sessions(({ mirrors }) => mirrors?.gatewayId === gatewayId && mirrors.key === key).at(0);
      return record === undefined ? null : session(record);
    },
    mainSessionOfBot: async (botId) => {
      const record = sessions((of) => of.botId === botId && of.archivedAt === null && of.parentId === null).at(-1);
      return record === undefined ? null : session(record);
    },
    openChildren: async (parentId) =>
      sessions((of) => of.parentId === parentId && of.isOpenChild).flatMap(({ id, taskMessageId }) => {
        const task = taskMessageId === null ? undefined : current().messages.get(taskMessageId);
        return task === undefined ? [] : [{ sessionId: id, task: toMessage(task) }];
      }),
    tree: async (rootId) =>
      sessions((of) => of.rootId === rootId)
        .sort((a, b) => a.depth - b.depth)
        .map(session),
    message: async (id) => {
      const record = current().messages.get(id);
      return record === undefined ? null : toMessage(record);
    },
    messages: async (filter, page) => {
      const records = filterValues(
        current().messages,
        (of) =>
          (filter.state === undefined || of.state === filter.state) &&
          (filter.sessionId === undefined || of.sessionId === filter.sessionId) &&
          (filter.fromSessionId === undefined ||
            (of.from.kind === "session" && of.from.sessionId === filter.fromSessionId)) &&
          (filter.chainId === undefined || of.chainId === filter.chainId) &&
          (filter.cause === undefined || toMessage(of).cause === filter.cause) &&
          (filter.idempotencyKey === undefined || of.idempotencyKey === filter.idempotencyKey) &&
          (filter.betweenBots !== true || of.from.kind === "session") &&
          (filter.botId === undefined || isOfBot(current(), of, filter.botId)) &&
          (filter.dismissed === undefined || (of.dismissedAt !== null) === filter.dismissed),
      );
      return cut(records.sort((a, b) => b.position - a.position).map(toMessage), page);
    },
    messageByKey: async (sessionId, key) => {
      const own = filterValues(current().messages, (of) => of.sessionId === sessionId);
      const record = own.find(({ idempotencyKey }) => idempotencyKey === key);
      return record === undefined ? null : toMessage(record);
    },
    deadCauses: async (limit) => {
      const dead = filterValues(current().messages, (of) => of.state === "dead" && of.dismissedAt === null);
      const byCause = Map.groupBy(
        dead.sort((a, b) => b.position - a.position),
        ({ reason }) => causeOf(reason),
      );
      return [...byCause].slice(0, limit).map(([cause, of]) => ({
        cause,
        count: of.length,
        sessions: new Set(of.map(({ sessionId }) => sessionId)).size,
        bots: new Set(of.map(({ sessionId }) => current().sessions.get(sessionId)?.botId)).size,
        reason: of[0]?.reason ?? cause,
        newestAt: of[0]?.receipts.acceptedAt ?? null,
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
        const entry = all.find((of) => of.id === id);
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
        (of) =>
          (sessionId === undefined || of.sessionId === sessionId) &&
          (botId === undefined || of.botId === botId) &&
          (before === undefined || of.startedAt < before) &&
          (since === undefined || of.endedAt === null || of.endedAt >= since),
      );
      return cut(records.reverse().map(toTurn), page);
    },
    turnSums: async (sessionId) => {
      const own = filterValues(current().turns, (of) => of.sessionId === sessionId);
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
      const turns = filterValues(current().turns, (of) => of.sessionId === sessionId);
      const steps = turns.flatMap(({ id }) => current().steps.get(id) ?? []);
      return steps.findLast(({ kind }) => kind === "model") ?? null;
    },
    ask: async (id) => current().asks.get(id) ?? null,
    askOfCall: async (turnId, callId) =>
      filterValues(current().asks, (of) => of.turnId === turnId && of.callId === callId).at(-1) ?? null,
    asksOfTurn: async (turnId) => filterValues(current().asks, (of) => of.turnId === turnId),
    asks: async ({ state, kind, sessionId, botId }, page) => {
      const found = filterValues(
        current().asks,
        (of) =>
          (state === undefined || of.state === state) &&
          (kind === undefined || of.kind === kind) &&
          (sessionId === undefined || of.sessionId === sessionId) &&
          (botId === undefined || of.botId === botId),
      );
      const isOpen = ({ state: of }: { readonly state: string }) => of === "open";
      return cut([...found.filter(isOpen), ...found.filter((ask) => !isOpen(ask)).reverse()], page);
    },
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
      const turnsIn = (state: string) => filterValues(turns, (of) => of.state === state).length;
      return {
        bots: bots.size,
        sessions: current().sessions.size,
        runningTurns: turnsIn("running"),
        waitingTurns: turnsIn("waiting"),
        queuedMessages: filterValues(messages, (of) => of.state === "queued").length,
        deadMessages: filterValues(messages, (of) => of.state === "dead" && of.dismissedAt === null).length,
        openAsks: filterValues(asks, (of) => of.state === "open").length,
        lastSeq: events.at(-1)?.seq ?? 0,
      };
    },
  };
}

/** Either end of it is a session of the bot. */
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

/** The state it has by itself leads to the same state again. */
function factsOf({ status, openAsks }: Session): Omit<SessionFacts, "botPaused" | "queued"> {
  const isOpen = status === "running" || status === "unknown";
  return {
    openAsks,
    asksBelow: status === "waiting" ? 1 : 0,
    turnState: isOpen ? "running" : null,
    leaseUntilMs: status === "unknown" ? -1 : 1,
    lastTurnState: status === "failed" ? "failed" : null,
  };
}
