/**
 * Maps sessions of a gateway to ours. A session created here has a gateway key that follows from its id, so that either
 * side finds the other without a list; an adopted one keeps its original key.
 */
import { SessionId } from "@reef/protocol/ids";

const ownKey = /^agent:([^:]+):reef-([0-9a-f-]{36})$/;

/** Returns the session that was created here under this key; null for a key of the gateway's own. */
export function sessionIdOfKey(key: string): SessionId | null {
  const parsed = SessionId.safeParse(`ses_${ownKey.exec(key)?.[2] ?? ""}`);
  return parsed.success ? parsed.data : null;
}

/** Returns the agent in a key such as `agent:main:main`; null if it names none. */
export function agentIdOfKey(key: string): string | null {
  return /^agent:([^:]+):/.exec(key)?.[1] ?? null;
}
