/** Finds a session in its gateway: its key there, and its address in OpenClaw's own pages. Pure. */
import type { Session } from "@reef/protocol/session";

/** An adopted session keeps its own key; one created here has a key derived from its id, for good. */
export function keyOfSession({ id, mirrors }: Pick<Session, "id" | "mirrors">, agentId: string): string {
  return mirrors?.key ?? `agent:${agentId}:reef-${id.slice("ses_".length)}`.toLowerCase();
}

/** OpenClaw serves its pages on the port of its gateway. Returns null for an invalid address. */
export function outsideAddress(gatewayUrl: string, key: string): string | null {
  const url = URL.parse(gatewayUrl);
  if (!url) return null;
  const base = `${url.protocol === "wss:" ? "https:" : "http:"}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
  return `${base}/chat?session=${encodeURIComponent(key)}`;
}
