/** Reads `@` and some letters at the caret: the words, and the recipients they may name. Pure. */
import type { Bot } from "@reef/protocol/bot";
import { foldText } from "@reef/protocol/fold-text";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";

export interface MentionToken {
  /** Position of the `@`. */
  readonly start: number;
  readonly end: number;
  readonly query: string;
}

/** Who gets a message instead of the session on screen. A bot without a session gets one. */
export type Recipient =
  | {
      readonly type: "session";
      readonly sessionId: SessionId;
      readonly title: string;
      readonly botId: BotId;
      readonly botName: string;
    }
  | { readonly type: "bot"; readonly botId: BotId; readonly botName: string };

/**
 * Returns the token that ends at the caret; null when there is none. An `@` inside a word, as in an address, does not
 * count.
 */
export function mentionAt(text: string, caret: number): MentionToken | null {
  const match = /(?:^|\s)@([^\s@]{0,40})$/.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1] ?? "";
  return { start: caret - query.length - 1, end: caret, query };
}

/** Returns the text without the token, and without the doubled space that it would leave. */
export function withoutMention(text: string, { start, end }: MentionToken): string {
  const after = text.slice(end);
  return text.slice(0, start) + (start === 0 || /\s$/.test(text.slice(0, start)) ? after.replace(/^ /, "") : after);
}

const listed = 8;

/** Finds bots and sessions by words in their names: bots first, then the most recently active sessions. */
export function findRecipients({
  query,
  here,
  bots,
  sessions,
}: {
  readonly query: string;
  /** The session on screen is left out. */
  readonly here: SessionId;
  readonly bots: ReadonlyMap<BotId, Bot>;
  readonly sessions: Iterable<Session>;
}): readonly Recipient[] {
  const wanted = foldText(query);
  const fits = (name: string): boolean => foldText(name).includes(wanted);
  const open = [...sessions].filter(({ id, archivedAt }) => id !== here && archivedAt === null);
  open.sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
  const toBots = [...bots.values()]
    .filter(({ name }) => fits(name))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name }): Recipient => {
      const newest = open.find(({ botId, parentId }) => botId === id && parentId === null);
      if (!newest) return { type: "bot", botId: id, botName: name };
      return { type: "session", sessionId: newest.id, title: newest.title, botId: id, botName: name };
    });
  const chosen = new Set(toBots.map((to) => (to.type === "session" ? to.sessionId : null)));
  const toSessions = open
    .filter(({ id, title }) => fits(title) && !chosen.has(id))
    .map(
      ({ id, title, botId }): Recipient => ({
        type: "session",
        sessionId: id,
        title,
        botId,
        botName: bots.get(botId)?.name ?? "",
      }),
    );
  return [...toBots.slice(0, listed / 2), ...toSessions].slice(0, listed);
}
