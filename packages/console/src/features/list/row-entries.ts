/** Builds the menu of a row: for its session, or for all that are selected with it. */
import type { SessionId } from "@reef/protocol/ids";
import type { SessionIndex } from "../../data/cache.ts";
import { actionLabel } from "../../data/keys/press-label.ts";
import { maxPanes, openBeside } from "../../data/panes.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import type { Router } from "../../ui/router.tsx";
import { actOnRows, type RowAct } from "./list-acts.ts";

export function rowEntries(
  reef: Reef,
  { id, activeId, router }: { readonly id: SessionId; readonly activeId: SessionId | null; readonly router: Router },
): readonly MenuEntry[] {
  const { selected } = reef.listView.get();
  const ids = selected.has(id) ? [...selected] : [id];
  const byId = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
  const sessions = ids.flatMap((each) => byId?.get(each) ?? []);
  const session = byId?.get(id);
  if (!session) return [];
  const act = (key: string, label: string, action: RowAct): MenuEntry => ({
    type: "item",
    key,
    label,
    hint: actionLabel(reef.keys.get(), action),
    run: () => void actOnRows(reef, { ids, action }),
  });
  const acts: readonly MenuEntry[] = [
    act("pin", sessions.some(({ pinned }) => !pinned) ? "Pin" : "Unpin", "list-pin"),
    act("mute", sessions.some(({ muted }) => !muted) ? "Mute" : "Unmute", "list-mute"),
    act("read", sessions.some(({ unread }) => unread > 0) ? "Mark as read" : "Mark as unread", "list-unread"),
    act("move", "Move to a topic…", "list-move"),
    { type: "line", key: "before archive" },
    act("archive", "Archive", "list-archive"),
  ];
  if (ids.length > 1) return [{ type: "heading", key: "many", label: `${ids.length} sessions` }, ...acts];
  const goTo = (): void => router.navigate({ to: "/s/$sessionId", params: { sessionId: id } });
  const shown = reef.panes.get();
  const beside: readonly MenuEntry[] =
    activeId === null || shown.ids.includes(id) || shown.ids.length >= maxPanes
      ? []
      : [
          {
            type: "item",
            key: "beside",
            label: "Open beside",
            run() {
              reef.panes.set(openBeside(shown, { id, at: shown.active }));
              goTo();
            },
          },
        ];
  return [
    { type: "item", key: "open", label: "Open", run: goTo },
    ...beside,
    { type: "item", key: "link", label: "Copy link", run: () => copyLink(reef, id) },
    { type: "line", key: "after open" },
    {
      type: "item",
      key: "rename",
      label: "Rename",
      hint: actionLabel(reef.keys.get(), "list-rename"),
      // Runs after the menu has given the focus back, which would otherwise take it from the field again.
      run: () => void setTimeout(() => reef.renamingRow.set(id), 0),
    },
    ...acts,
  ];
}

function copyLink(reef: Reef, id: SessionId): void {
  void attempt(reef, "Couldn't copy it", async () => {
    if (!navigator.clipboard) throw new Error("this page has no clipboard: it is not served over https");
    await navigator.clipboard.writeText(`${location.origin}/s/${id}`);
    reef.toasts.show({ text: "Link copied" });
  });
}
