/**
 * Derives names that both sides know: the key of a session at its gateway, and the ids of the runs a turn starts there.
 * They tell whether Reef caused a row of the gateway's transcript. Gateways write keys in lower case, and so do we.
 */
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";

/** An adopted session keeps its own key; one that was created here always has `agent:<agentId>:reef-<uuid>`. */
export function keyOfSession(session: Pick<Session, "id" | "mirrors">, agentId: string): string {
  return session.mirrors?.key ?? `agent:${agentId}:reef-${session.id.slice("ses_".length)}`.toLowerCase();
}

/** Names the nth run that a turn started at its gateway; also the idempotency key of what was sent. */
export function runIdOf(turnId: Turn["id"], n: number): string {
  return `${turnId}:${n}`;
}

/** True when Reef started the run, with any of its turns. */
export function isOwnRun(runId: string): boolean {
  return /^trn_[0-9a-f-]{36}:\d+$/.test(runId);
}
