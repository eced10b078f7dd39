/** Replaces the list of links as a whole, so that a person sees and decides the order. */
import type { LinkList } from "@reef/protocol/link";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";

/** The named bots and topics must exist: a link to a mistyped id would silently allow. */
export async function putLinks(deps: Deps, list: LinkList): Promise<LinkList> {
  for (const end of list.items.flatMap((link) => [link.from, link.to])) {
    if (end.kind === "bot") await found(deps.store.read.bot(end.botId), "bot", end.botId);
    if (end.kind === "topic") await found(deps.store.read.topic(end.topicId), "topic", end.topicId);
  }
  await commitOps(deps, { op: "links.put", links: list.items });
  return { items: [...(await deps.store.read.links())] };
}
