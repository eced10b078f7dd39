/**
 * MB8: decides whether links let one session write to another, or read it, by the decision that the API and the console
 * share. Pure.
 */
import type { Access } from "@reef/protocol/access";
import type { Bot } from "@reef/protocol/bot";
import { type AccessParty, decideAccess } from "@reef/protocol/decide-access";
import type { BotId, SessionId, TopicId } from "@reef/protocol/ids";
import type { Link, LinkRight } from "@reef/protocol/link";
import type { Session } from "@reef/protocol/session";

export interface LinkParty {
  readonly botId: BotId;
  readonly topicId: TopicId | null;
  readonly rootId: SessionId;
}

export interface LinkPath {
  readonly from: LinkParty;
  readonly to: LinkParty;
}

/** Returns the decision of the first link about the right whose both ends fit; true if there is none. */
export function isAllowed(links: readonly Link[], right: LinkRight, { from, to }: LinkPath): boolean {
  const ends = (party: LinkParty): AccessParty => ({
    botId: party.botId,
    topicId: party.topicId,
    rootId: party.rootId,
  });
  return decideAccess(links, right, { from: ends(from), to: ends(to) }).allowed;
}

type Party = Pick<Session, "id" | "botId" | "topicId" | "rootId" | "memory">;

/** Decides whether a session may read another one of that bot, whose privacy counts, too. */
export function decideReading(
  links: readonly Link[],
  { from, to, bot }: { readonly from: Party; readonly to: Party; readonly bot: Pick<Bot, "private"> | null },
): Omit<Access, "text"> {
  return decideAccess(links, "read", { from, to: { ...toParty(to), private: bot?.private === true } });
}

export function toParty({ id, botId, topicId, rootId, memory }: Party): AccessParty {
  return { id, botId, topicId, rootId, memory };
}

/** Hides an incognito session from other bots, and from every reader but itself (ME2). */
export function isHidden(
  reader: Pick<Session, "botId">,
  { memory, botId }: Pick<Session, "memory" | "botId">,
): boolean {
  return memory === "off" && botId !== reader.botId;
}
