/**
 * Finds the session that a bot names by id, by title, or by the name of its bot. An ambiguous name is refused with the
 * choices, because a message in the wrong session is worse than none.
 */

import type { Bot } from "@reef/protocol/bot";
import { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { isHidden } from "../link/allow.ts";
import { oneLine } from "../prompt/defuse.ts";

export type FoundSession =
  | { readonly state: "found"; readonly session: Session }
  /** The bot exists but has no session yet. */
  | { readonly state: "bot"; readonly bot: Bot }
  | { readonly state: "none"; readonly reason: string };

/**
 * Looks up `name` as seen from the session `from`, which is never its own answer unless named by id. Other bots'
 * incognito sessions are hidden.
 */
export async function findSession(
  deps: Deps,
  from: Pick<Session, "id" | "botId">,
  name: string,
): Promise<FoundSession> {
  const wanted = name.trim();
  const byId = SessionId.safeParse(wanted);
  if (byId.success) {
    const session = await deps.store.read.session(byId.data);
    return session === null || isHidden(from, session)
      ? { state: "none", reason: `there is no session ${wanted}` }
      : { state: "found", session };
  }
  const botId = BotId.safeParse(wanted);
  if (botId.success) {
    const bot = await deps.store.read.bot(botId.data);
    return bot === null ? { state: "none", reason: `there is no bot ${wanted}` } : sessionOfBot(deps, from, bot);
  }
  const titled = (await deps.store.read.sessionsByTitle(wanted)).filter(
    (session) => session.id !== from.id && !isHidden(from, session),
  );
  const newest = titled[0];
  if (newest !== undefined) {
    // If several sessions of one bot have the same title, people mean the newest.
    return titled.every((session) => session.botId === newest.botId)
      ? { state: "found", session: newest }
      : {
          state: "none",
          reason: ambiguous(
            wanted,
            titled.map((session) => session.id),
          ),
        };
  }
  const bots = await deps.store.read.botsByName(wanted);
  const bot = bots[0];
  if (bot === undefined) return { state: "none", reason: `no session is titled and no bot is named “${wanted}”` };
  if (bots.length > 1)
    return {
      state: "none",
      reason: ambiguous(
        wanted,
        bots.map((each) => each.id),
      ),
    };
  return sessionOfBot(deps, from, bot);
}

async function sessionOfBot(deps: Deps, from: Pick<Session, "id" | "botId">, bot: Bot): Promise<FoundSession> {
  const session = await deps.store.read.mainSessionOfBot(bot.id);
  if (session === null || isHidden(from, session)) return { state: "bot", bot };
  return session.id === from.id
    ? { state: "none", reason: `“${oneLine(bot.name)}” is this session itself` }
    : { state: "found", session };
}

function ambiguous(name: string, ids: readonly string[]): string {
  return `“${name}” matches more than one: use one of ${ids.slice(0, 10).join(", ")}`;
}
