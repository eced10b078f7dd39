/** Handles the keys for panes. It is loaded with the first that is pressed. */
import type { SessionId } from "@reef/protocol/ids";
import { closePane, maxPanes, openBeside } from "../../data/panes.ts";
import type { Reef } from "../../data/reef.ts";
import { nextInOrder } from "../../features/list/next-in-order.ts";

/** Returns the session to go to; undefined stays. */
export function actOnPanes(
  reef: Reef,
  {
    action,
    active,
    ids,
  }: { readonly action: "split" | "close-pane"; readonly active: SessionId; readonly ids: readonly SessionId[] },
): SessionId | undefined {
  const shown = reef.panes.get();
  if (action === "split") {
    const next = nextInOrder(ids, { from: active, step: 1, test: (id) => !shown.ids.includes(id) });
    if (!next || shown.ids.length >= maxPanes) return undefined;
    reef.panes.set(openBeside(shown, { id: next, at: shown.active }));
    return next;
  }
  const left = closePane(shown, shown.active);
  if (left === shown) return undefined;
  reef.panes.set(left);
  return left.ids[left.active];
}
