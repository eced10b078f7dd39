/**
 * Finds the session to which something that waits at a gateway belongs, and adopts it if Reef does not know it. What
 * names no session belongs to its agent's main session. A gateway cannot make sessions here without end.
 */

import type { Deps } from "@reef/engine/deps";
import { adoptSession, sessionOfKey } from "@reef/engine/gateway/adopt";
import { agentIdOfKey } from "@reef/engine/gateway/session-key";
import type { GatewayId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Roster } from "../mirror/roster.ts";
import type { GatewayWatch } from "../mirror/watch.ts";
import type { Waiting } from "./waiting.ts";

export interface SessionFinder {
  find(waiting: Waiting): Promise<Session>;
}

/** From then on, only main sessions are adopted until the next connection. */
const mostAdopted = 50;
const titleLength = 200;

export function createSessionFinder(parts: {
  readonly deps: Deps;
  readonly gatewayId: GatewayId;
  readonly watch: () => GatewayWatch | null;
  readonly signal: AbortSignal;
}): SessionFinder {
  const { deps, gatewayId, watch, signal } = parts;
  let adopted = 0;
  const stopped = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });

  async function adopt(key: string, agentId: string, roster: Roster | null): Promise<Session> {
    const agentName = roster?.agents().find((agent) => agent.agentId === agentId)?.name ?? agentId;
    const title = (roster?.session(key)?.title ?? key).slice(0, titleLength).toWellFormed();
    const { noun: session, isNew } = await adoptSession(deps, { gatewayId, key }, { agentId, agentName, title });
    if (isNew) {
      adopted += 1;
      // What was said before comes behind; the person need not wait for it.
      void watch()
        ?.adopt(session, key, { signal, onProgress: () => undefined })
        .catch(() => undefined);
    }
    return session;
  }

  /** A gateway may name a session that is none of its own. */
  async function isHere({ mirrors, botId }: Session): Promise<boolean> {
    return (mirrors ?? (await deps.store.read.bot(botId))?.agent)?.gatewayId === gatewayId;
  }

  return {
    async find(waiting) {
      const { sessionKey, agentId } = waiting.kind === "question" ? waiting : waiting.request;
      const known = sessionKey ? await sessionOfKey(deps, { gatewayId, key: sessionKey }) : null;
      if (known !== null && (await isHere(known))) return known;
      const roster = await Promise.race([
        watch()
          ?.roster()
          .catch(() => null) ?? null,
        stopped,
      ]);
      signal.throwIfAborted();
      const named = (sessionKey && agentIdOfKey(sessionKey)) || agentId || null;
      const agent = existing(roster, named);
      const isOfAgent = sessionKey && known === null && agent === named && adopted < mostAdopted;
      const key = isOfAgent ? sessionKey : `agent:${agent}:main`;
      return (await sessionOfKey(deps, { gatewayId, key })) ?? (await adopt(key, agent, roster));
    },
  };
}

/** An agent that the gateway does not have stands for its default one. */
function existing(roster: Roster | null, named: string | null): string {
  const agents = roster?.agents() ?? [];
  if (named !== null && (roster === null || agents.some(({ agentId }) => agentId === named))) return named;
  return agents.find(({ isDefault }) => isDefault)?.agentId ?? agents[0]?.agentId ?? "main";
}
