/** Converts links to what a person edits: each end of a link is one choice of a list. */
import { decideAccess } from "@reef/protocol/decide-access";
import { assertNever } from "@reef/protocol/error";
import type { BotId, TopicId } from "@reef/protocol/ids";
import type { Link, LinkEnd, LinkRight } from "@reef/protocol/link";

/** Returns `any`, `tree`, or the id of a bot or topic. */
export function endToChoice(end: LinkEnd): string {
  switch (end.kind) {
    case "any":
    case "tree":
      return end.kind;
    case "bot":
      return end.botId;
    case "topic":
      return end.topicId;
    default:
      return assertNever(end);
  }
}

export function choiceToEnd(choice: string): LinkEnd {
  if (choice === "tree") return { kind: "tree" };
  if (choice.startsWith("bot_")) return { kind: "bot", botId: choice as BotId };
  if (choice.startsWith("tpc_")) return { kind: "topic", topicId: choice as TopicId };
  return { kind: "any" };
}

/** Swaps a link with its neighbour, because their order decides. */
export function moveLink(links: readonly Link[], at: number, step: -1 | 1): readonly Link[] {
  const [moved, other] = [links[at], links[at + step]];
  if (!moved || !other) return links;
  return links.with(at, other).with(at + step, moved);
}

/** Puts a rule about two bots first, or takes away the one that stood against what is wanted, if that is enough. */
export function withAccess(
  links: readonly Link[],
  {
    from,
    to,
    right,
    allow,
  }: { readonly from: BotId; readonly to: BotId; readonly right: LinkRight; readonly allow: boolean },
): readonly Link[] {
  const ends = { from: { kind: "bot", botId: from }, to: { kind: "bot", botId: to } } as const;
  const isSame = (link: Link): boolean =>
    (link.right ?? "write") === right && endToChoice(link.from) === from && endToChoice(link.to) === to;
  const others = links.filter((link) => !isSame(link));
  const now = decideAccess(others, right, { from: { botId: from }, to: { botId: to } });
  if (now.allowed === allow && now.exceptions.length === 0) return others;
  return [{ ...ends, allow, right }, ...others];
}
