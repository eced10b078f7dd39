/** What the header's dropdown offers: the sessions in the order of the list, and the ways to others. */
import type { SessionId } from "@reef/protocol/ids";
import type { SessionIndex } from "../cache.ts";
import { actionLabel, pressToLabel } from "../keys/press-label.ts";
import { visibleSessionIds } from "../list/group-sessions.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import type { MenuEntry } from "../ui/menu-entry.ts";
import { Sign } from "../ui/Sign.tsx";
import { shownStatus } from "../ui/shown-status.ts";
import styles from "./SessionHeader.module.css";

const listed = 30;

export function choiceEntries(
  reef: Reef,
  { current, goTo }: { readonly current: SessionId; readonly goTo: (id: SessionId) => void },
): readonly MenuEntry[] {
  return [
    { type: "heading", key: "sessions", label: "Sessions" },
    ...sessionEntries(reef, { current, goTo }),
    { type: "line", key: "line" },
    {
      type: "item",
      key: "find",
      label: "Find a session…",
      hint: actionLabel(reef.keys.get(), "palette"),
      run: () => reef.panel.set({ type: "palette" }),
    },
    {
      type: "item",
      key: "new",
      label: "New session…",
      hint: actionLabel(reef.keys.get(), "new-session"),
      run: () => reef.panel.set({ type: "new-session" }),
    },
  ];
}

/** The first sessions in the order of the list, with the digits that lead to them. */
function sessionEntries(
  { queryClient, listRows }: Reef,
  { current, goTo }: { readonly current: SessionId; readonly goTo: (id: SessionId) => void },
): readonly MenuEntry[] {
  const index = queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
  return visibleSessionIds(listRows.get())
    .slice(0, listed)
    .flatMap((id, position) => {
      const session = index?.byId.get(id);
      if (!session) return [];
      return {
        type: "item",
        key: id,
        label: (
          <>
            <Sign status={shownStatus(session)} />{" "}
            <span className={styles.choice} dir="auto">
              {session.title}
            </span>
          </>
        ),
        isCurrent: id === current,
        hint: position < 9 ? pressToLabel(`Alt+Digit${position + 1}`) : undefined,
        run: () => goTo(id),
      } as const;
    });
}
