/** Lists sessions, so that a bot knows which it can write to. */

import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import type { Session } from "@reef/protocol/session";
import { z } from "zod";
import { decideReading, isAllowed, isHidden } from "../link/allow.ts";
import { oneLine } from "../prompt/defuse.ts";
import { defineTool } from "./tool.ts";

const limit = 50;

/** Hides sessions that the bot could neither read nor write to. */
function isListed(
  links: readonly Link[],
  { from, to, bot }: { readonly from: Session; readonly to: Session; readonly bot: Bot | undefined },
): boolean {
  if (to.id === from.id) return true;
  if (isHidden(from, to)) return false;
  return isAllowed(links, "write", { from, to }) || decideReading(links, { from, to, bot: bot ?? null }).allowed;
}

export const sessionList = defineTool({
  name: "session_list",
  description:
    "Lists the sessions of all bots, newest activity first: id, title, bot, state. Use it to find a session to write to.",
  input: z.strictObject({ query: z.string().optional().describe("Words to look for in the title.") }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "own",
  tells: "nobody",
  folds: true,
  async run({ deps, session, isLent = false }, { query }) {
    const { items, next } = await deps.store.read.sessions(query === undefined ? {} : { q: query }, {
      limit,
      cursor: null,
    });
    const bots = await readBots(items.map((item) => item.botId));
    const links = await deps.store.read.links();
    const lines = items
      .filter((item) => isListed(links, { from: session, to: item, bot: bots.get(item.botId) }))
      .map((item) => {
        const self = item.id === session.id && !isLent ? " (this session)" : "";
        return `${item.id} | ${oneLine(item.title)}${self} | bot ${oneLine(bots.get(item.botId)?.name ?? "?")} | ${item.status}`;
      });
    if (next !== null) lines.push(`… only the newest ${limit} are shown; give a query to find others`);
    return { type: "result", text: lines.length === 0 ? "no sessions" : lines.join("\n") };

    async function readBots(ids: readonly BotId[]): Promise<ReadonlyMap<BotId, Bot>> {
      const found = await Promise.all([...new Set(ids)].map((id) => deps.store.read.bot(id)));
      return new Map(found.flatMap((bot) => (bot === null ? [] : [[bot.id, bot] as const])));
    }
  },
});
