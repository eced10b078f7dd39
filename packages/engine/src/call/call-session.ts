/**
 * Finds the session that a call from outside the loop belongs to. It must be the bot's own (MB9). A session of a
 * gateway that Reef does not know yet is adopted when its bot does something here that outlives the call.
 */
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { ToolChanges } from "@reef/protocol/tool";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";

/** Names the session by its id, or by its key in the bot's gateway. */
export type SessionRef = { readonly sessionId: SessionId } | { readonly sessionKey: string };

const titleLength = 120;

export interface CallSession {
  readonly session: Session;
  /** True if it is the bot's main session, lent for a read-only tool to a caller whose own session is unknown. */
  readonly isLent: boolean;
}

/** Throws `not_found` if the session is not this bot's. */
export async function findCallSession(
  deps: Deps,
  bot: Bot,
  { ref, changes }: { readonly ref: SessionRef; readonly changes: ToolChanges },
): Promise<CallSession> {
  const known = await findKnownSession(deps, bot, ref);
  if (known !== null) return { session: known, isLent: false };
  if (!("sessionKey" in ref)) throw notHis(bot);
  const main = changes === "nothing" ? await deps.store.read.mainSessionOfBot(bot.id) : null;
  return main === null
    ? { session: await mirrorSession(deps, bot, ref.sessionKey), isLent: false }
    : { session: main, isLent: true };
}

/** Returns null if no session stands for the key yet. */
export async function findKnownSession(deps: Deps, bot: Bot, ref: SessionRef): Promise<Session | null> {
  if ("sessionId" in ref)
    return ownSession(bot, await found(deps.store.read.session(ref.sessionId), "session", ref.sessionId));
  const { agent } = bot;
  if (agent === null) throw new AppError("invalid_request", `“${bot.name}” is not bound to an agent: give a sessionId`);
  const match = /^agent:([^:]+):(.+)$/.exec(ref.sessionKey);
  if (match?.[1] !== agent.agentId) throw notHis(bot);
  const derived = SessionId.safeParse(`ses_${/^reef-(.+)$/.exec(match[2] ?? "")?.[1] ?? ""}`);
  const session = derived.success
    ? await deps.store.read.session(derived.data)
    : await deps.store.read.sessionByMirror({ gatewayId: agent.gatewayId, key: ref.sessionKey });
  return session === null ? null : ownSession(bot, session);
}

function ownSession(bot: Bot, session: Session): Session {
  if (session.botId !== bot.id) throw notHis(bot);
  return session;
}

function notHis(bot: Bot): AppError {
  return new AppError("not_found", `“${bot.name}” has no such session`);
}

async function mirrorSession(deps: Deps, bot: Bot, key: string): Promise<Session> {
  if (bot.agent === null) throw notHis(bot);
  const mirrors = { gatewayId: bot.agent.gatewayId, key };
  const title = `${bot.name}: ${key.split(":").slice(2).join(":")}`.slice(0, titleLength);
  const session = { id: makeId("session"), botId: bot.id, title, topicId: null, pinned: false, parentId: null };
  try {
    await commitOps(deps, { op: "session.create", session: { ...session, taskMessageId: null, mirrors } });
  } catch (error) {
    // Another call of the same session created it first.
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  }
  return found(deps.store.read.sessionByMirror(mirrors), "session", key);
}
