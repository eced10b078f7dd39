/** Says that the list has no rows, why, and what to do: with a filter, what was searched and how to clear it. */
import { MessageSquare } from "lucide";
import type { ReactElement } from "react";
import { actionLabel } from "../../data/keys/press-label.ts";
import { setFilter, setStates } from "../../data/list/list-view.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { countOf } from "../../ui/count.ts";
import { Empty, NoResults } from "../../ui/Empty.tsx";

export function EmptyList({ isNarrowed }: { readonly isNarrowed: boolean }): ReactElement {
  const { panel, keys, listView, listInput } = useReef();
  const { filter } = useCell(listView);
  const key = actionLabel(useCell(keys), "new-session");
  if (isNarrowed) {
    const clear = (): void => {
      setFilter(listView, "");
      setStates(listView, []);
    };
    const searched = countOf(listInput.get()?.sessions.size ?? 0, "session");
    return <NoResults words={filter.trim()} searched={searched} onClear={clear} />;
  }
  return (
    <Empty
      icon={MessageSquare}
      title="No sessions yet"
      actions={
        <Button onClick={() => panel.set({ type: "new-session" })}>New session {key && <kbd>{key}</kbd>}</Button>
      }
    >
      Start one, or let a bot open it.
    </Empty>
  );
}
