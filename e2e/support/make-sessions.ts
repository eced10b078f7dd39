/** One demo bot with sessions to look at. */
import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";

/** In the order the list shows them: the newest is made last and stands first. */
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
