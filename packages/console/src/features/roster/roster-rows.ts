/** Computes the roster as rows, outside rendering: each bot with data of its sessions, filtered and sorted. */
import type { Ask } from "@reef/protocol/ask";
import type { Bot, BotStatus, Usage } from "@reef/protocol/bot";
import { assertNever } from "@reef/protocol/error";
import { foldText } from "@reef/protocol/fold-text";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import { usedToday } from "../../data/overview/today.ts";

export interface RosterRow {
  readonly bot: Bot;
  /** The session that works, else the one with its newest words; null for a bot without a session. */
  readonly newest: Session | null;
  /** Its question that has waited longest for a person. */
  readonly ask: Ask | null;
  /** The session that the row names and opens: that of the question, else the one with the newest words. */
  readonly place: { readonly id: SessionId; readonly title: string; readonly topic: Topic | null } | null;
  /** The topics of its sessions, in the order of the topics. */
  readonly topics: readonly Topic[];
  /** Since midnight. */
  readonly used: Usage;
  readonly tokens: number;
}

export type RosterOrder = "name" | "state" | "active" | "queue" | "failures" | "today";

export interface RosterSources {
  readonly bots: ReadonlyMap<BotId, Bot>;
  readonly sessions: Iterable<Session>;
  readonly topics: readonly Topic[];
  readonly asks: Iterable<Ask>;
  readonly spentBefore: ReadonlyMap<BotId, Usage>;
}

/** Returns the rows sorted by name. */
export function rosterRows({ bots, sessions, topics, asks, spentBefore }: RosterSources): readonly RosterRow[] {
  const ownByBot = new Map<BotId, Session[]>();
  const byId = new Map<SessionId, Session>();
  const topicOf = (session: Session | undefined): Topic | null =>
    topics.find(({ id }) => id === session?.topicId) ?? null;
  const askByBot = oldestAsks(asks);
  for (const session of sessions) {
    byId.set(session.id, session);
    if (session.archivedAt !== null) continue;
    const own = ownByBot.get(session.botId);
    if (own) own.push(session);
    else ownByBot.set(session.botId, [session]);
  }
  return [...bots.values()].sort(byName).map((bot) => {
    const own = ownByBot.get(bot.id) ?? [];
    const used = usedToday(bot, spentBefore);
    const topicIds = new Set(own.map(({ topicId }) => topicId));
    const newest = own.reduce<Session | null>((best, each) => (best && isNewer(best, each) ? best : each), null);
    const ask = askByBot.get(bot.id) ?? null;
    const shownId = ask?.sessionId ?? newest?.id;
    const shown = shownId === undefined ? undefined : byId.get(shownId);
    return {
      bot,
      newest,
      ask,
      place:
        shownId !== undefined ? { id: shownId, title: shown?.title ?? "Its session", topic: topicOf(shown) } : null,
      topics: topics.filter(({ id }) => topicIds.has(id)),
      used,
      tokens: used.inputTokens + used.outputTokens,
    };
  });
}

function oldestAsks(asks: Iterable<Ask>): ReadonlyMap<BotId, Ask> {
  const askByBot = new Map<BotId, Ask>();
  for (const ask of asks) {
    const known = askByBot.get(ask.botId);
    if (ask.state === "open" && (known === undefined || ask.createdAt < known.createdAt)) askByBot.set(ask.botId, ask);
  }
  return askByBot;
}

/** One that works comes before one that rests; one without messages is never newer than one that has some. */
function isNewer(one: Session, other: Session): boolean {
  const isWorking = one.status === "running";
  if (isWorking !== (other.status === "running")) return isWorking;
  const hasWords = one.lastSeq > 0;
  return hasWords === other.lastSeq > 0 ? one.lastAt >= other.lastAt : hasWords;
}

/** Most urgent first. */
export const botStatuses: readonly BotStatus[] = [
  "needs_you",
  "out_of_budget",
  "failing",
  "running",
  "queued",
  "held",
  "paused",
  "idle",
];

export function countByStatus(rows: readonly RosterRow[]): ReadonlyMap<BotStatus, number> {
  const counts = new Map<BotStatus, number>();
  for (const { bot } of rows) counts.set(bot.status, (counts.get(bot.status) ?? 0) + 1);
  return counts;
}

/** Every word must be in the name, the role, the runtime, a tag or a topic. */
export function filterRows(
  rows: readonly RosterRow[],
  { words, status }: { readonly words: string; readonly status: BotStatus | null },
): readonly RosterRow[] {
  const wanted = foldText(words).split(/\s+/).filter(Boolean);
  return rows.filter(({ bot, topics }) => {
    if (status !== null && bot.status !== status) return false;
    const text = foldText([bot.name, bot.role, bot.runtime, ...bot.tags, ...topics.map(({ name }) => name)].join("\n"));
    return wanted.every((word) => text.includes(word));
  });
}

/** Keeps the rows where they stood, new ones last: for as long as a person points at one of them. */
export function holdOrder(rows: readonly RosterRow[], before: readonly RosterRow[]): readonly RosterRow[] {
  const placeById = new Map(before.map(({ bot }, at) => [bot.id, at]));
  const placeOf = ({ bot }: RosterRow): number => placeById.get(bot.id) ?? before.length;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Ties keep the order by name. */
export function sortRows(rows: readonly RosterRow[], order: RosterOrder): readonly RosterRow[] {
  return rows.toSorted((a, b) => compare(a, b, order) || byName(a.bot, b.bot));
}

function compare(a: RosterRow, b: RosterRow, order: RosterOrder): number {
  switch (order) {
    case "name":
      return 0;
    case "state":
      return botStatuses.indexOf(a.bot.status) - botStatuses.indexOf(b.bot.status);
    case "active":
      return (b.bot.lastActiveAt ?? "").localeCompare(a.bot.lastActiveAt ?? "");
    case "queue":
      return b.bot.health.queueDepth - a.bot.health.queueDepth;
    case "failures":
      return b.bot.health.failuresInRow - a.bot.health.failuresInRow;
    case "today":
      return b.used.costUsd - a.used.costUsd || b.tokens - a.tokens;
    default:
      return assertNever(order);
  }
}

function byName(a: Bot, b: Bot): number {
  return a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
}
