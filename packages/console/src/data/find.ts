/**
 * Finds what the palette shows, best first. It returns at most a screenful, because more words find more exactly than
 * more rows would.
 */
import type { Bot } from "@reef/protocol/bot";
import { foldText } from "@reef/protocol/fold-text";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import { needsPerson } from "./cache.ts";
import { holdsWords } from "./holds-words.ts";

const shownSessions = 12;
const shownBots = 6;
const shownTopics = 6;

export interface PaletteQuery {
  /** Set by a first `>`, `@` or `#`; null searches everything. */
  readonly only: "commands" | "bots" | "topics" | null;
  readonly words: string;
}

export function readQuery(query: string): PaletteQuery {
  const words = query.slice(1).trim();
  if (query.startsWith(">")) return { only: "commands", words };
  if (query.startsWith("@")) return { only: "bots", words };
  if (query.startsWith("#")) return { only: "topics", words };
  return { only: null, words: query.trim() };
}

export function findSessions({
  sessions,
  bots,
  query,
}: {
  readonly sessions: ReadonlyMap<SessionId, Session> | undefined;
  readonly bots: ReadonlyMap<BotId, Bot> | undefined;
  readonly query: string;
}): readonly Session[] {
  const found: Session[] = [];
  for (const session of sessions?.values() ?? []) {
    if (session.archivedAt !== null) continue;
    if (holdsWords(`${session.title} ${bots?.get(session.botId)?.name ?? ""}`, query)) found.push(session);
  }
  const start = foldText(query.trim());
  const rank = (session: Session): number =>
    start === "" ? Number(!needsPerson(session)) : Number(!foldText(session.title).startsWith(start));
  return found.sort((a, b) => rank(a) - rank(b) || (a.lastAt < b.lastAt ? 1 : -1)).slice(0, shownSessions);
}

export function findBots(bots: ReadonlyMap<BotId, Bot> | undefined, query: string): readonly Bot[] {
  return [...(bots?.values() ?? [])]
    .filter((bot) => holdsWords(`${bot.name} ${bot.role} ${bot.tags.join(" ")}`, query))
    .slice(0, shownBots);
}

export function findTopics(topics: readonly Topic[] | undefined, query: string): readonly Topic[] {
  return (topics ?? []).filter(({ name }) => holdsWords(name, query)).slice(0, shownTopics);
}
