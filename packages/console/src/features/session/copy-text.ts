/** Puts text on the clipboard, and reports whether that worked. */
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";

export function copyText(reef: Pick<Reef, "toasts">, text: string, done: string): void {
  void attempt(reef, "Couldn't copy it", async () => {
    // Only pages served over TLS or from this machine have a clipboard.
    if (!navigator.clipboard) throw new Error("this page has no clipboard: it is not served over https");
    await navigator.clipboard.writeText(text);
    reef.toasts.show({ text: done });
  });
}
