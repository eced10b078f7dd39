/** Creates, changes, pauses, resumes and deletes bots. */

import type { Bot, BotPatch, NewBot, RuntimeName } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import { stopAndDelete } from "../session/stop-and-delete.ts";
import { newBotFields } from "./new-bot.ts";

/** Creates a bot. Names need not be unique; a message to an ambiguous name is refused with the ids to choose from. */
export async function createBot(deps: Deps, input: NewBot, fallbackRuntime: RuntimeName = "demo"): Promise<Bot> {
  const runtime = input.runtime ?? fallbackRuntime;
  await requireAgent(deps, { runtime, agent: input.agent ?? null });
  await requireServers(deps, input.mcp);
  const committed = await commitOps(deps, {
    op: "bot.create",
    bot: {
      id: makeId("bot"),
      ...newBotFields,
      ...givenFields(input),
      runtime,
    },
  });
  return lastEvent(committed, "bot.changed").bot;
}

/** Changes the given fields; a running turn keeps what it started with. */
export async function changeBot(deps: Deps, id: BotId, patch: BotPatch): Promise<Bot> {
  if (patch.runtime !== undefined || patch.agent !== undefined) {
    const { runtime, agent } = { ...(await found(deps.store.read.bot(id), "bot", id)), ...patch };
    await requireAgent(deps, { runtime, agent });
  }
  await requireServers(deps, patch.mcp);
  const committed = await commitOps(deps, { op: "bot.change", id, fields: patch });
  return lastEvent(committed, "bot.changed").bot;
}

/** Pauses the bot: its messages wait, a running turn finishes. Safe to call twice. */
export function pauseBot(deps: Deps, id: BotId): Promise<Bot> {
  return setPaused(deps, id, true);
}

/** Resumes the bot: its waiting messages are handled again. Safe to call twice. */
export function resumeBot(deps: Deps, id: BotId): Promise<Bot> {
  return setPaused(deps, id, false);
}

/** Stops the bot's work and deletes it with its sessions. Throws `conflict` if a turn could not be stopped. */
export async function deleteBot(deps: Deps, id: BotId): Promise<void> {
  await setPaused(deps, id, true);
  await stopAndDelete(deps, await busySessions(deps, id), { op: "bot.delete", id });
}

/** Returns sessions of the bot with an open turn. */
async function busySessions(deps: Deps, botId: BotId): Promise<readonly SessionId[]> {
  const busy: SessionId[] = [];
  for (const archived of [false, true]) {
    const readPage = (cursor: string | null) => deps.store.read.sessions({ botId, archived }, { limit: 1000, cursor });
    for await (const sessions of eachPage(readPage))
      busy.push(...sessions.filter((session) => session.turnId !== null).map((session) => session.id));
  }
  return busy;
}

async function setPaused(deps: Deps, id: BotId, paused: boolean): Promise<Bot> {
  await found(deps.store.read.bot(id), "bot", id);
  const committed = await commitOps(deps, { op: "bot.pause", id, paused });
  return committed.events.length === 0
    ? found(deps.store.read.bot(id), "bot", id)
    : lastEvent(committed, "bot.changed").bot;
}

/** Requires that every attached server exists. */
async function requireServers(deps: Deps, mcp: NewBot["mcp"] = []): Promise<void> {
  if (mcp.length === 0) return;
  const known = new Set((await deps.store.read.mcpServers()).map(({ id }) => id));
  const at = mcp.findIndex(({ serverId }) => !known.has(serverId));
  if (at < 0) return;
  const message = `no MCP server has the id ${mcp[at]?.serverId}`;
  throw new AppError("invalid_request", message, { fields: [{ path: `mcp.${at}.serverId`, message }] });
}

/** Requires that a bot names an agent if and only if a gateway runs it, and that the gateway exists. */
async function requireAgent(deps: Deps, { runtime, agent }: Pick<Bot, "runtime" | "agent">): Promise<void> {
  const isRemote = runtime === "openclaw";
  if (isRemote !== (agent !== null)) {
    const message = isRemote
      ? "a bot with the runtime openclaw needs the agent that runs it: {gatewayId, agentId}"
      : `only a bot with the runtime openclaw has an agent; this one’s runtime is ${runtime}`;
    throw new AppError("invalid_request", message, { fields: [{ path: "agent", message }] });
  }
  if (agent === null) return;
  const gateways = await deps.store.read.gateways();
  if (gateways.some(({ id }) => id === agent.gatewayId)) return;
  throw new AppError("not_found", `there is no gateway ${agent.gatewayId}`);
}
