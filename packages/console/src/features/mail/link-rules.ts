/** Converts links to what a person edits: each end of a link is one choice of a list. */
import { assertNever } from "@reef/protocol/error";
import type { BotId, TopicId } from "@reef/protocol/ids";
import type { Link, LinkEnd } from "@reef/protocol/link";

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
