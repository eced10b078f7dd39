/** How the list is arranged, and the way to what was archived. */
import type { ReactElement } from "react";
import { useReef } from "../reef.ts";
import { useRouter } from "../router.tsx";
import { Button } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { type Grouping, groupings, setGrouping } from "./list-view.ts";

const labelByGrouping: Readonly<Record<Grouping, string>> = {
  topic: "Topic",
  bot: "Bot",
  state: "State",
  date: "Last use",
};

export function ListMenu(): ReactElement {
  const { listView } = useReef();
  const router = useRouter();
  return (
    <Menu
      align="end"
      entries={() => [
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
        {
          type: "item",
          key: "archived",
          label: "Archived sessions",
          run: () => router.navigate({ to: "/archived" }),
        },
      ]}
      trigger={
        <Button look="plain" isSquare aria-label="Arrange the list" title="Group the list, archived sessions">
          <svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M2.500 4h11M4.500 8h7M6.500 12h3" strokeWidth="1.600" strokeLinecap="round" />
          </svg>
        </Button>
      }
    />
  );
}
