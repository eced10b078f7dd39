/** Builds the header's menu for its session. */
import type { Session, SessionPatch } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import { actionLabel } from "../../data/keys/press-label.ts";
import type { Reef } from "../../data/reef.ts";
import { showTab, toggleRightPanel } from "../../data/right-panel.ts";
import { attempt } from "../../ui/attempt.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { exportEntry } from "./export-entries.ts";
import { archiveSession, changeSession, restoreSession, takeSession } from "./session-actions.ts";

export function actionEntries(
  reef: Reef,
  { session, topics }: { readonly session: Session; readonly topics: readonly Topic[] },
): readonly MenuEntry[] {
  const change = (patch: SessionPatch): void => void changeSession(reef, { id: session.id, patch });
  const topicEntries: readonly MenuEntry[] = [
    ...topics.map(
      ({ id, name }) =>
        ({
          type: "item",
          key: id,
          label: name,
          isCurrent: session.topicId === id,
          run: () => change({ topicId: id }),
        }) as const,
    ),
    ...(session.topicId
      ? [{ type: "item", key: "none", label: "No topic", run: () => change({ topicId: null }) } as const]
      : []),
    {
      type: "item",
      key: "new",
      label: "New topic…",
      run: () => reef.panel.set({ type: "topic", sessionId: session.id }),
    },
  ];
  return [
    {
      type: "item",
      key: "rename",
      label: "Rename",
      hint: actionLabel(reef.keys.get(), "rename"),
      // Runs after the menu has given focus back, which would otherwise take it from the field again.
      run: () => void setTimeout(() => reef.renaming.set(session.id), 0),
    },
    {
      type: "item",
      key: "find",
      label: "Find in this session",
      hint: actionLabel(reef.keys.get(), "find-in-transcript"),
      run: () => void setTimeout(() => reef.finding.set(session.id), 0),
    },
    {
      type: "item",
      key: "pin",
      label: session.pinned ? "Unpin" : "Pin",
      hint: actionLabel(reef.keys.get(), "pin"),
      run: () => change({ pinned: !session.pinned }),
    },
    {
      type: "item",
      key: "mute",
      label: session.muted ? "Unmute" : "Mute",
      about: session.muted ? "notifies again" : "no notifications",
      run: () => change({ muted: !session.muted }),
    },
    {
      type: "item",
      key: "incognito",
      label: "Incognito",
      isCurrent: session.memory === "off",
      about: session.memory === "off" ? "on" : "no memories",
      run: () => change({ memory: session.memory === "off" ? "on" : "off" }),
    },
    {
      type: "item",
      key: "memory",
      label: "Memory of its bot…",
      run: () => {
        showTab(reef.rightPanel, "memory");
        if (!reef.rightPanel.isShown.get()) toggleRightPanel(reef.rightPanel);
      },
    },
    {
      type: "item",
      key: "unread",
      label: "Mark as unread",
      run: () =>
        void attempt(reef, "Couldn't mark it as unread", async () =>
          takeSession(reef, await reef.client.unreadSession(session.id)),
        ),
    },
    exportEntry(reef, session),
    { type: "menu", key: "topic", label: "Move to topic", entries: topicEntries },
    { type: "line", key: "line" },
    session.archivedAt === null
      ? {
          type: "item",
          key: "archive",
          label: "Archive",
          hint: actionLabel(reef.keys.get(), "archive"),
          run: () => void archiveSession(reef, session),
        }
      : { type: "item", key: "restore", label: "Restore", run: () => void restoreSession(reef, session) },
  ];
}
