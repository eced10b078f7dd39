/** Builds the menu of what runs now. */
import { setStates } from "../../data/list/list-view.ts";
import type { Reef } from "../../data/reef.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import type { Router } from "../../ui/router.tsx";

export function workEntries(
  { panel, listView, isSidebarShown }: Reef,
  { router, maxTurns }: { readonly router: Router; readonly maxTurns: number | null },
): readonly MenuEntry[] {
  const showRunning = (): void => {
    isSidebarShown.set(true);
    setStates(listView, ["running"]);
  };
  return [
    ...(maxTurns === null
      ? []
      : [{ type: "note", key: "limit", label: `At most ${maxTurns} turns run at a time.` } as const]),
    { type: "item", key: "list", label: "Show the running sessions", run: showRunning },
    { type: "item", key: "activity", label: "Activity", run: () => router.navigate({ to: "/activity" }) },
    { type: "line", key: "line" },
    { type: "item", key: "stop", label: "Stop all…", run: () => panel.set({ type: "stop-all" }) },
  ];
}
