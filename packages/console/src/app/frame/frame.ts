/**
 * Reads the settings of Reef's console inside another page's sandboxed frame, such as a tab of OpenClaw's Control UI. Such
 * a page has no origin: no cookie, no storage, no history of its own. Its server puts into its head where Reef's API is,
 * and the token with which this one page may use it; the token is never in an address (SE3).
 */

export interface Frame {
  /** Path before `/v1`. */
  readonly base: string;
  readonly token: string;
  /** The gateway whose page contains it. */
  readonly gatewayId: string | null;
  /** The address this browser had open before it loaded the page. */
  readonly place: string | null;
}

/** Returns null for a page of its own. Removes the token from the document. */
export function takeFrame(head: ParentNode): Frame | null {
  const [base, token, gatewayId, place] = ["base", "token", "gateway", "place"].map((name) => take(head, name));
  return base && token ? { base, token, gatewayId: gatewayId || null, place: place || null } : null;
}

function take(head: ParentNode, name: string): string | null {
  const meta = head.querySelector(`meta[name="reef-frame-${name}"]`);
  const content = meta?.getAttribute("content") ?? null;
  meta?.remove();
  return content;
}

/** A socket cannot send headers: the token is sent as a subprotocol's name, which is no part of the address. */
export function openFrameSocket({ token }: Frame): (url: string) => WebSocket {
  return (url) => new WebSocket(url, ["reef", `reef.frame.${token}`]);
}
