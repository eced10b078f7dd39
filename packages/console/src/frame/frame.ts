/**
 * Reef's console inside another page's sandboxed frame, such as a tab of OpenClaw's Control UI. Such a page has no origin:
 * no cookie, no storage, no history of its own. What serves it says in its head where Reef's API is, and with which token
 * this one page may use it; the token never stands in an address (SE3).
 */

export interface Frame {
  /** Path before `/v1`. */
  readonly base: string;
  readonly token: string;
}

const names = { base: "reef-frame-base", token: "reef-frame-token" };

/** Null for a page of its own. The token is taken out of the document. */
export function takeFrame(head: ParentNode): Frame | null {
  const base = take(head, names.base);
  const token = take(head, names.token);
  return base && token ? { base, token } : null;
}

function take(head: ParentNode, name: string): string | null {
  const meta = head.querySelector(`meta[name="${name}"]`);
  const content = meta?.getAttribute("content") ?? null;
  meta?.remove();
  return content;
}

/** A socket cannot send headers: the token goes as a protocol's name, which is no part of the address. */
export function openFrameSocket({ token }: Frame): (url: string) => WebSocket {
  return (url) => new WebSocket(url, ["reef", `reef.frame.${token}`]);
}
