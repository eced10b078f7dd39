/** Builds the two menus above the list: how it is arranged, and what can be created. */
import { actionLabel } from "../../data/keys/press-label.ts";
import { type Grouping, groupings, setGrouping } from "../../data/list/list-view.ts";
import type { Reef } from "../../data/reef.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import type { Router } from "../../ui/router.tsx";
import { markAllRead } from "./many-sessions.ts";

const labelByGrouping: Readonly<Record<Grouping, string>> = {
  topic: "Topic",
  bot: "Bot",
  state: "State",
  date: "Last use",
};

export function arrangeEntries(reef: Reef, router: Router): readonly MenuEntry[] {
  const { listView } = reef;
  return [
    { type: "heading", key: "group", label: "Group by" },
    ...groupings.map(
      (grouping) =>
        ({
          type: "item",
          key: grouping,
          label: labelByGrouping[grouping],
          isCurrent: listView.get().groupBy === grouping,
          run: () => setGrouping(listView, grouping),
        }) as const,
    ),
    { type: "line", key: "line" },
    { type: "item", key: "read", label: "Mark all as read", run: () => void markAllRead(reef, null) },
    {
      type: "item",
      key: "archived",
      label: "Archived sessions",
      run: () => router.navigate({ to: "/archived" }),
    },
  ];
}

export function newEntries({ panel, keys }: Reef): readonly MenuEntry[] {
  const open = (type: "new-session" | "new-bot" | "topic") => () => panel.set({ type });
  return [
    {
      type: "item",
      key: "session",
      label: "New session…",
      hint: actionLabel(keys.get(), "new-session"),
      run: open("new-session"),
    },
    { type: "item", key: "bot", label: "New bot…", run: open("new-bot") },
    { type: "item", key: "topic", label: "New topic…", run: open("topic") },
  ];
}
