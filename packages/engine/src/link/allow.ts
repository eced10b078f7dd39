/** MB8: whether links let one session write to another. Pure. */
import type { BotId, SessionId, TopicId } from "@reef/protocol/ids";
import type { Link, LinkEnd } from "@reef/protocol/link";

export interface LinkParty {
  readonly botId: BotId;
  readonly topicId: TopicId | null;
  readonly rootId: SessionId;
}

/** The first link whose both ends fit decides; without one the message is allowed. */
export function isAllowed(links: readonly Link[], from: LinkParty, to: LinkParty): boolean {
  const sameTree = from.rootId === to.rootId;
  const deciding = links.find((link) => fits(link.from, from, sameTree) && fits(link.to, to, sameTree));
  return deciding?.allow ?? true;
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
