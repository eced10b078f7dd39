/**
 * Adopts a gateway session from which a bot calls a tool of Reef, if it is not adopted yet, with its label and
 * transcript there, so that what the call brings comes after them in order of time. The call waits for this briefly,
 * and goes on without it.
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

/**
 * Does nothing for a known session, or a tool that changes nothing. Throws `not_found` when the session is not this
 * bot's.
 */
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
  // Without its label, the call itself makes the session known.
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
    // The rest of its transcript comes with the next read; a session that cannot be adopted is made known by the call
    // itself.
    if (!(error instanceof AppError || error instanceof GatewayError) && !limit.aborted) throw error;
  }
}
