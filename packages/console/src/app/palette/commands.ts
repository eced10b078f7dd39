/** Defines the palette's commands as plain data. Commands of a session are there while one is on screen. */
import type { Session } from "@reef/protocol/session";
import type { Action } from "../../data/keys/key-map.ts";
import type { Reef } from "../../data/reef.ts";
import { toggleRightPanel } from "../../data/right-panel.ts";
import { archiveSession, changeSession, stopSession } from "../../features/session/session-actions.ts";
import type { Router } from "../../ui/router.tsx";

export interface PaletteCommand {
  readonly label: string;
  /** The action of the key map that does the same. */
  readonly action?: Action;
  readonly run: () => void;
}

export function commandsFor(
  reef: Reef,
  { session, router }: { readonly session: Session | null; readonly router: Router },
): readonly PaletteCommand[] {
  return [...(session ? sessionCommands(reef, session) : []), ...pageCommands(reef, router)];
}

function pageCommands(reef: Reef, router: Router): readonly PaletteCommand[] {
  const open = (type: "new-session" | "new-bot" | "topic" | "schedule" | "help" | "stop-all") => () =>
    reef.panel.set({ type });
  const go = (to: string) => () => router.navigate({ to });
  return [
    { label: "New session…", action: "new-session", run: open("new-session") },
    { label: "New bot…", run: open("new-bot") },
    { label: "New topic…", run: open("topic") },
    { label: "New schedule…", run: open("schedule") },
    { label: "Home", action: "screen-home", run: go("/") },
    { label: "All bots", action: "screen-bots", run: go("/bots") },
    { label: "Activity", action: "screen-activity", run: go("/activity") },
    { label: "Messages", action: "screen-messages", run: go("/messages") },
    { label: "Schedules", action: "screen-schedules", run: go("/schedules") },
    { label: "Providers: models and keys", action: "screen-providers", run: go("/providers") },
    { label: "Tasks: the board", action: "screen-tasks", run: go("/tasks") },
    { label: "Tools: MCP servers", action: "screen-tools", run: go("/tools") },
    { label: "Gateways: OpenClaw", action: "screen-gateways", run: go("/gateways") },
    { label: "Import from OpenClaw", run: go("/gateways/import") },
    { label: "Spend", action: "screen-spend", run: go("/spend") },
    { label: "Archived sessions", run: go("/archived") },
    { label: "Fleet: workers", run: go("/fleet") },
    { label: "Settings", action: "screen-settings", run: go("/settings") },
    { label: "Keyboard help", action: "help", run: open("help") },
    {
      label: "Show or hide the session list",
      action: "sidebar",
      run: () => reef.isSidebarShown.set(!reef.isSidebarShown.get()),
    },
    { label: "Show or hide the right panel", action: "right-panel", run: () => toggleRightPanel(reef.rightPanel) },
    { label: "Stop all bots…", run: open("stop-all") },
  ];
}

function sessionCommands(reef: Reef, session: Session): readonly PaletteCommand[] {
  const { id, pinned, topicId } = session;
  const commands: (PaletteCommand | null)[] = [
    { label: "Rename this session", action: "rename", run: () => reef.renaming.set(id) },
    {
      label: pinned ? "Unpin this session" : "Pin this session",
      action: "pin",
      run: () => void changeSession(reef, { id, patch: { pinned: !pinned } }),
    },
    { label: "Archive this session", action: "archive", run: () => void archiveSession(reef, session) },
    { label: "Schedule a message to this session…", run: () => reef.panel.set({ type: "schedule", sessionId: id }) },
    session.turnId
      ? { label: "Stop this session's turn", action: "stop", run: () => void stopSession(reef, id) }
      : null,
    { label: "Move this session to a new topic…", run: () => reef.panel.set({ type: "topic", sessionId: id }) },
    topicId
      ? {
          label: "Remove this session from its topic",
          run: () => void changeSession(reef, { id, patch: { topicId: null } }),
        }
      : null,
  ];
  return commands.filter((command) => command !== null);
}
