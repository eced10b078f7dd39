/**
 * Adopts agents of a gateway as bots, and their sessions as sessions. Both are safe to repeat: what was adopted before
 * is returned.
 */
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { AdoptSession, AgentRef, MirrorRef } from "@reef/protocol/gateway";
import type { Session } from "@reef/protocol/session";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { idOfName, idToMs, makeId } from "../ids.ts";
import { createBot } from "../registry/bots.ts";
import { newBotFields } from "../registry/new-bot.ts";
import { botsOfGateway } from "./bound.ts";
import { sessionIdOfKey } from "./session-key.ts";

export interface Adopted<Noun> {
  readonly noun: Noun;
  readonly isNew: boolean;
}

/** Returns the bot bound to the agent, the oldest if there are several; creates one if there is none. */
export async function adoptAgent(
  deps: Deps,
  agent: AgentRef,
  { name }: { readonly name: string },
): Promise<Adopted<Bot>> {
  const bound = await oldestBot(deps, agent);
  if (bound !== null) return { noun: bound, isNew: false };
  // The same agent gives the same id, so that two concurrent calls create one bot.
  const id = idOfName("bot", `${agent.gatewayId}:${agent.agentId}`, idToMs(agent.gatewayId));
  try {
    const committed = await commitOps(deps, {
      op: "bot.create",
      bot: { ...newBotFields, id, name, runtime: "openclaw", agent },
    });
    return { noun: lastEvent(committed, "bot.changed").bot, isNew: true };
  } catch (error) {
    const winner = await oldestBot(deps, agent);
    if (winner !== null) return { noun: winner, isNew: false };
    // The id belongs to a bot that was bound to this agent earlier and is bound to another one now.
    if (error instanceof AppError && error.code === "conflict") {
      return { noun: await createBot(deps, { name, runtime: "openclaw", agent }), isNew: true };
    }
    throw error;
  }
}

async function oldestBot(deps: Deps, { gatewayId, agentId }: AgentRef): Promise<Bot | null> {
  const bound = (await botsOfGateway(deps, gatewayId)).filter((bot) => bot.agent.agentId === agentId);
  return bound.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null;
}

/** Returns the session that mirrors `mirror`. A key created here leads back to the session it was made for. */
export async function adoptSession(
  deps: Deps,
  mirror: MirrorRef,
  input: AdoptSession & { readonly agentId: string; readonly agentName: string; readonly title: string },
): Promise<Adopted<Session>> {
  const existing = await sessionOfKey(deps, mirror);
  if (existing !== null) return { noun: existing, isNew: false };
  const bot = await botFor(deps, mirror, input);
  if (input.topicId != null) await found(deps.store.read.topic(input.topicId), "topic", input.topicId);
  try {
    const committed = await commitOps(deps, {
      op: "session.create",
      session: {
        id: makeId("session"),
        botId: bot.id,
        title: input.title,
        topicId: input.topicId ?? null,
        parentId: null,
        taskMessageId: null,
        mirrors: mirror,
      },
    });
    return { noun: lastEvent(committed, "session.changed").session, isNew: true };
  } catch (error) {
    // Two calls adopted it concurrently, and the other was first.
    const winner = await deps.store.read.sessionByMirror(mirror);
    if (winner === null) throw error;
    return { noun: winner, isNew: false };
  }
}

/** Returns the session here for one of a gateway; null if there is none. */
export async function sessionOfKey(deps: Pick<Deps, "store">, mirror: MirrorRef): Promise<Session | null> {
  const own = sessionIdOfKey(mirror.key);
  const made = own === null ? null : await deps.store.read.session(own);
  return made ?? deps.store.read.sessionByMirror(mirror);
}

async function botFor(
  deps: Deps,
  { gatewayId }: MirrorRef,
  { botId, agentId, agentName }: AdoptSession & { readonly agentId: string; readonly agentName: string },
): Promise<Bot> {
  if (botId === undefined) return (await adoptAgent(deps, { gatewayId, agentId }, { name: agentName })).noun;
  const bot = await found(deps.store.read.bot(botId), "bot", botId);
  if (bot.agent?.gatewayId === gatewayId && bot.agent.agentId === agentId) return bot;
  throw new AppError(
    "invalid_request",
    `“${bot.name}” is not bound to the agent ${agentId} that this session belongs to`,
    {
      fields: [{ path: "botId", message: `expected a bot that is bound to the agent ${agentId} of this gateway` }],
    },
  );
}
