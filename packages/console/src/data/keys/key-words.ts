/**
 * Names the actions of the key map, and their groups in the help sheet. They are not in the table, because the first load needs only its
 * keys.
 */
import type { Action } from "./key-map.ts";

export type KeyGroup = "Move" | "Find" | "Act" | "In the session list";

export interface KeyWords {
  readonly label: string;
  readonly group: KeyGroup;
}

export const wordsByAction: Readonly<Record<Action, KeyWords>> = {
  "session-nth": { label: "Go to session 1 to 9", group: "Move" },
  "session-previous": { label: "Previous session", group: "Move" },
  "session-next": { label: "Next session", group: "Move" },
  "unread-previous": { label: "Previous unread session", group: "Move" },
  "unread-next": { label: "Next unread session", group: "Move" },
  "needs-next": { label: "Next session that needs you", group: "Move" },
  "needs-previous": { label: "Previous session that needs you", group: "Move" },
  "screen-home": { label: "Home", group: "Move" },
  "screen-bots": { label: "All bots", group: "Move" },
  "screen-activity": { label: "Activity", group: "Move" },
  "screen-messages": { label: "Messages", group: "Move" },
  "screen-schedules": { label: "Schedules", group: "Move" },
  "screen-spend": { label: "Spend", group: "Move" },
  "screen-providers": { label: "Providers", group: "Move" },
  "screen-tasks": { label: "Tasks", group: "Move" },
  "screen-tools": { label: "Tools", group: "Move" },
  "screen-gateways": { label: "Gateways", group: "Move" },
  "screen-settings": { label: "Settings", group: "Move" },
  palette: { label: "Find anything", group: "Find" },
  sidebar: { label: "Show or hide the session list", group: "Find" },
  "right-panel": { label: "Show or hide the right panel", group: "Find" },
  "find-in-transcript": { label: "Find in the transcript", group: "Find" },
  help: { label: "Keyboard help", group: "Find" },
  "new-session": { label: "New session", group: "Act" },
  split: { label: "Open the next session in a split view", group: "Act" },
  "close-pane": { label: "Close the pane", group: "Act" },
  rename: { label: "Rename the session", group: "Act" },
  pin: { label: "Pin or unpin the session", group: "Act" },
  archive: { label: "Archive the session", group: "Act" },
  stop: { label: "Stop the turn (press twice if you have typed something)", group: "Act" },
  "list-next": { label: "Next row", group: "In the session list" },
  "list-previous": { label: "Previous row", group: "In the session list" },
  "list-select": { label: "Select or deselect the session", group: "In the session list" },
  "list-select-next": { label: "Extend the selection down", group: "In the session list" },
  "list-select-previous": { label: "Extend the selection up", group: "In the session list" },
  "list-archive": { label: "Archive", group: "In the session list" },
  "list-rename": { label: "Rename", group: "In the session list" },
  "list-pin": { label: "Pin or unpin", group: "In the session list" },
  "list-unread": { label: "Mark as read or unread", group: "In the session list" },
  "list-move": { label: "Move to a topic", group: "In the session list" },
  "list-mute": { label: "Mute or unmute", group: "In the session list" },
};
