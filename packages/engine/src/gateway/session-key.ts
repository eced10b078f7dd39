/**
 * Which session of a gateway is which of ours. A session made here has a key there that follows from its id, so that both
 * are found again from either side without a list; an adopted one keeps the key it came with.
 */
import { SessionId } from "@reef/protocol/ids";

const ownKey = /^agent:([^:]+):reef-([0-9a-f-]{36})$/;

/** The session that was made here under this key; null for a key of the gateway's own. */
export function sessionIdOfKey(key: string): SessionId | null {
  const parsed = SessionId.safeParse(`ses_${ownKey.exec(key)?.[2] ?? ""}`);
  return parsed.success ? parsed.data : null;
}

/** The agent in a key such as `agent:main:main`; null when it names none. */
export function agentIdOfKey(key: string): string | null {
  return /^agent:([^:]+):/.exec(key)?.[1] ?? null;
}
