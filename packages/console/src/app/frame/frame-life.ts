/**
 * Replaces what a page in another's frame lacks: it keeps its place over a reload through the server of the page, takes the
 * keys without a click, and opens what it may not open itself, by asking the page around it or by giving the address to
 * copy.
 */
import type { Router } from "../../ui/router.tsx";
import type { Toasts } from "../../ui/toasts.ts";
import type { Frame } from "./frame.ts";

export interface FrameLife {
  readonly frame: Frame;
  readonly router: Router;
  readonly toasts: Toasts;
}

export function startFrameLife({ frame, router, toasts }: FrameLife): void {
  keepPlace(frame, router);
  takeKeys();
  document.addEventListener("click", (event) => openLink(event, toasts));
}

function keepPlace({ base, token }: Frame, router: Router): void {
  router.location.subscribe(() => {
    const { pathname, search } = router.location.get();
    const headers = { authorization: `Bearer ${token}`, "content-type": "text/plain" };
    // Sent immediately, and beyond the page's end: it may reload right now. A place that is not kept costs a click.
    const kept = { method: "PUT", headers, body: pathname + search, keepalive: true };
    void fetch(`${location.origin}${base}/place`, kept).catch(() => undefined);
  });
}

function takeKeys(): void {
  window.focus();
  document.addEventListener("pointerenter", () => window.focus());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") window.focus();
  });
}

/** A sandboxed frame opens no window. The gateway around it shows its own sessions itself. */
function openLink(event: MouseEvent, toasts: Toasts): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || event.defaultPrevented || link.target !== "_blank") return;
  event.preventDefault();
  const { gatewayKey } = link.dataset;
  if (gatewayKey !== undefined) {
    parent.postMessage({ type: "openclaw-plugin-session-open", sessionKey: gatewayKey }, "*");
    return;
  }
  const { href } = link;
  toasts.show({
    text: `This tab can't open other pages: ${href}`,
    action: { label: "Copy the address", run: () => copy(href) },
  });
}

/** The clipboard is closed to a page without an origin, but a press may copy a selection. */
function copy(text: string): void {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
