/**
 * Decides for whom an MCP client acts: as a bot (`/mcp?bot=`), with that bot's tools and what that bot may see, or, with
 * no bot named, as the operator, who has the token. Nothing in a request's body can widen it.
 */
import { commitOps } from "@reef/engine/commit";
import { idOfName, idToMs } from "@reef/engine/ids";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Doors } from "../door-parts.ts";
import { findBot } from "../find-bot.ts";
import { nameKey } from "../session-key.ts";

export type Scope = { readonly kind: "operator" } | BotScope;

export interface BotScope {
  readonly kind: "bot";
  readonly bot: Bot;
  /** The session its calls belong to: an id, or a name; null for the one that all such clients share. */
  readonly session: string | null;
}

/** Throws `not_found` for an unknown bot, `invalid_request` for a session without a bot. */
export async function readScope(
  { edge }: Doors,
  { bot, session }: { readonly bot?: string | undefined; readonly session?: string | undefined },
): Promise<Scope> {
  if (bot !== undefined) {
    return { kind: "bot", bot: await findBot(edge.deps.store.read, bot), session: session ?? null };
  }
  if (session === undefined) return { kind: "operator" };
  const message = "a session belongs to a bot: name the bot too";
  throw new AppError("invalid_request", message, { fields: [{ path: "session", message }] });
}

const sharedTitle = "MCP clients";

/** Returns the session that a bot's calls belong to; creates it under its name at the first call. */
export async function callSession({ edge: { deps } }: Doors, { bot, session }: BotScope): Promise<SessionId> {
  const key = session === null ? null : nameKey(session, "session");
  if (key?.kind === "session") return key.id;
  const title = key?.kind === "name" ? key.name : sharedTitle;
  const id = idOfName("session", `mcp:${bot.id}:${title}`, idToMs(bot.id));
  if ((await deps.store.read.session(id)) !== null) return id;
  const created = { id, botId: bot.id, title: title.slice(0, 120), parentId: null, taskMessageId: null };
  await commitOps(deps, { op: "session.create", session: created }).catch((error: unknown) => {
    // Another call created it in the same moment.
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  });
  return id;
}

/** True if this client may see the session. An incognito one is read in the console only (SE9). */
export function maySee(scope: Scope, session: Session): boolean {
  return session.memory !== "off" && (scope.kind === "operator" || session.botId === scope.bot.id);
}
