/** MB8: whether links let one session write to another, or read it. Pure. */
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

/** Of the links about the right, the first whose both ends fit decides; without one it is allowed. */
export function isAllowed(links: readonly Link[], right: LinkRight, { from, to }: LinkPath): boolean {
  const sameTree = from.rootId === to.rootId;
  const about = links.filter((link) => (link.right ?? "write") === right);
  const deciding = about.find((link) => fits(link.from, from, sameTree) && fits(link.to, to, sameTree));
  return deciding?.allow ?? true;
}

/** An incognito session is not there for other bots, and is read by none but itself (ME2). */
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
