/**
 * Which session of a gateway is which of ours. A session made here has a key there that follows from its id, so that both
 * are found again from either side without a list; an adopted one keeps the key it came with.
 */
import type { AgentRef } from "@reef/protocol/gateway";
import { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";

const ownKey = /^agent:([^:]+):reef-([0-9a-f-]{36})$/;

/** Its key at the gateway of `agent`. */
export function gatewayKeyOf(session: Pick<Session, "id" | "mirrors">, agent: AgentRef): string {
  if (session.mirrors !== null && session.mirrors.gatewayId === agent.gatewayId) return session.mirrors.key;
  return `agent:${agent.agentId}:reef-${session.id.replace(/^ses_/, "")}`;
}

/** The session that was made here under this key; null for a key of the gateway's own. */
export function sessionIdOfKey(key: string): SessionId | null {
  const parsed = SessionId.safeParse(`ses_${ownKey.exec(key)?.[2] ?? ""}`);
  return parsed.success ? parsed.data : null;
}

/** The agent in a key such as `agent:main:main`; null when it names none. */
export function agentIdOfKey(key: string): string | null {
  return /^agent:([^:]+):/.exec(key)?.[1] ?? null;
}
