/** Creates one demo bot with sessions to look at. */
import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";

/** Returns them in the order of the list: the newest is created last and comes first. */
export async function makeSessions(
  client: Client,
  count: number,
): Promise<{ readonly bot: Bot; readonly sessions: Session[] }> {
  const bot = await client.createBot({ name: "Ada", role: "Tries things", runtime: "demo" });
  const sessions: Session[] = [];
  for (let n = count; n >= 1; n--)
    sessions.unshift(await client.createSession({ botId: bot.id, title: `session ${n}` }));
  return { bot, sessions };
}
