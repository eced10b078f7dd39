/**
 * Listens on the whole page for files: a drop that misses must not replace it, and failed uploads are retried when the
 * server is back.
 */
import type { Reef } from "../../data/reef.ts";
import { retryAll } from "./upload-all.ts";

/** Listens until `signal` aborts. */
export function listenForFiles(
  { attachments, live }: Pick<Reef, "attachments" | "live">,
  { page, signal }: { readonly page: EventTarget; readonly signal: AbortSignal },
): void {
  const refuse = (event: Event): void => {
    if (event.defaultPrevented || !(event instanceof DragEvent)) return;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  page.addEventListener("dragover", refuse, { signal });
  page.addEventListener("drop", refuse, { signal });
  const unsubscribe = live.onHint(({ type }) => {
    if (type === "reopened") retryAll(attachments);
  });
  signal.addEventListener("abort", unsubscribe);
}
