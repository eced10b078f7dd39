/**
 * A bot calls a tool of Reef from a session of its gateway that nobody adopted: it is adopted now, under the label it has
 * there and with what was said in it, so that what the call brings comes after that in order of time. The call waits for
 * this a little, and goes on without it.
 */
import { findKnownSession } from "@reef/engine/call/call-session";
import { adoptSession } from "@reef/engine/gateway/adopt";
import { traitsOf } from "@reef/engine/port/tool-traits";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import { GatewayError } from "@reef/runtimes/openclaw/connection";
import type { Edge } from "../http/edge.ts";

const rosterWithinMs = 2_000;
const transcriptWithinMs = 5_000;
const titleLength = 200;

export interface Caller {
  readonly bot: Bot;
  readonly sessionKey: string;
  readonly toolName: string;
  readonly signal: AbortSignal;
}

/** Nothing for a session that is known, and for a tool that changes nothing. `not_found` when it is not this bot's. */
export async function adoptCaller({ deps, mirror }: Pick<Edge, "deps" | "mirror">, caller: Caller): Promise<void> {
  const { bot, sessionKey: key, toolName, signal } = caller;
  const { agent } = bot;
  if (agent === null || traitsOf(deps, toolName).changes === "nothing") return;
  if ((await findKnownSession(deps, bot, { sessionKey: key })) !== null) return;
  const watch = mirror.find(agent.gatewayId);
  if (watch === null) return;
  const late = new Promise<null>((resolve) => {
    void deps.clock.sleep(rosterWithinMs, signal).then(() => resolve(null));
  });
  const roster = await Promise.race([watch.roster().catch(() => null), late]);
  const there = roster?.session(key) ?? null;
  // Without its label the call's own way of making it known will do.
  if (there === null) return;
  const title = there.title.slice(0, titleLength).toWellFormed();
  const ref = { gatewayId: agent.gatewayId, key };
  const adopted = { botId: bot.id, agentId: agent.agentId, agentName: bot.name, title };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(transcriptWithinMs)]);
  try {
    const { noun: session, isNew } = await adoptSession(deps, ref, adopted);
    if (!isNew) return;
    await watch.adopt(session, key, { signal: limit, onProgress: () => undefined });
  } catch (error) {
    // The rest of its transcript comes with the next look; a session that cannot be adopted, by the call itself.
    if (!(error instanceof AppError || error instanceof GatewayError) && !limit.aborted) throw error;
  }
}
