/** MB8: decides whether links let one session write to another, or read it. Pure. */
import type { BotId, SessionId, TopicId } from "@reef/protocol/ids";
import type { Link, LinkEnd, LinkRight } from "@reef/protocol/link";
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
  const sameTree = from.rootId === to.rootId;
  const about = links.filter((link) => (link.right ?? "write") === right);
  const deciding = about.find((link) => fits(link.from, from, sameTree) && fits(link.to, to, sameTree));
  return deciding?.allow ?? true;
}

/** Hides an incognito session from other bots, and from every reader but itself (ME2). */
export function isHidden(
  reader: Pick<Session, "botId">,
  { memory, botId }: Pick<Session, "memory" | "botId">,
): boolean {
  return memory === "off" && botId !== reader.botId;
}

function fits(end: LinkEnd, party: LinkParty, sameTree: boolean): boolean {
  switch (end.kind) {
    case "any":
      return true;
    case "bot":
      return end.botId === party.botId;
    case "topic":
      return end.topicId === party.topicId;
    case "tree":
      return sameTree;
  }
}
