/** Measures how long a session has waited for a person at a gateway: that time is not its turn's (AS3). */
import type { SessionId } from "@reef/protocol/ids";
import { isoToMs } from "@reef/protocol/time";
import type { Deps } from "../deps.ts";

/** As many asks as one turn may well have had; more only make its time shorter. */
const asksRead = 200;

/**
 * Returns milliseconds between `sinceMs` and `nowMs` during which at least one ask of a gateway was open in the
 * session. Contract: never rejects; what cannot be read counts as no time.
 */
export async function waitedAtGateway(
  { store }: Pick<Deps, "store">,
  { sessionId, sinceMs, nowMs }: { readonly sessionId: SessionId; readonly sinceMs: number; readonly nowMs: number },
): Promise<number> {
  const page = { limit: asksRead, cursor: null };
  const asks = await store.read.asks({ sessionId }, page).catch(() => null);
  const spans = (asks?.items ?? [])
    .filter(({ origin }) => origin !== undefined)
    .map(({ createdAt, settledAt }) => ({
      from: Math.max(sinceMs, isoToMs(createdAt)),
      to: Math.min(nowMs, settledAt === null ? nowMs : isoToMs(settledAt)),
    }))
    .sort((a, b) => a.from - b.from);
  let total = 0;
  let reached = sinceMs;
  for (const { from, to } of spans) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}
