/** Says whether one bot or session may write to another and read it, and why (MB8). */
import type { AccessPair } from "@reef/protocol/access";
import { type AccessParty, accessWords, decideAccess } from "@reef/protocol/decide-access";
import { AppError } from "@reef/protocol/error";
import { BotId, SessionId } from "@reef/protocol/ids";
import type { LinkRight } from "@reef/protocol/link";
import { found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { oneLine } from "../prompt/defuse.ts";
import { toParty } from "./allow.ts";

/** Each end is the id of a bot or a session. Throws `not_found`, or `invalid_request` for another id. */
export async function readAccess(
  deps: Pick<Deps, "store">,
  ends: { readonly from: string; readonly to: string },
): Promise<AccessPair> {
  const { read } = deps.store;
  const [from, to, links] = await Promise.all([party(deps, ends.from), party(deps, ends.to), read.links()]);
  const [bots, topics] = [new Map<string, string>(), new Map<string, string>()];
  for (const end of links.flatMap((link) => [link.from, link.to])) {
    if (end.kind === "bot") bots.set(end.botId, (await read.bot(end.botId))?.name ?? "a deleted bot");
    if (end.kind === "topic") topics.set(end.topicId, (await read.topic(end.topicId))?.name ?? "a deleted topic");
  }
  const names = {
    bot: (id: string) => oneLine(bots.get(id) ?? id),
    topic: (id: string) => oneLine(topics.get(id) ?? id),
  };
  const decide = (right: LinkRight) => {
    const access = decideAccess(links, right, { from, to });
    return { ...access, text: accessWords(access, { right, links, names }) };
  };
  return { write: decide("write"), read: decide("read") };
}

async function party({ store }: Pick<Deps, "store">, id: string): Promise<AccessParty> {
  const botId = BotId.safeParse(id);
  if (botId.success) return botParty(await found(store.read.bot(botId.data), "bot", id));
  const sessionId = SessionId.safeParse(id);
  if (!sessionId.success) throw new AppError("invalid_request", `expected the id of a bot or a session, not “${id}”`);
  const session = await found(store.read.session(sessionId.data), "session", id);
  const bot = await store.read.bot(session.botId);
  return { ...toParty(session), private: bot?.private === true };
}

function botParty({ id, private: isPrivate }: { readonly id: BotId; readonly private: boolean }): AccessParty {
  return { botId: id, private: isPrivate };
}
