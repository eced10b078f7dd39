/** The key map is one table of plain data, so that the help sheet reads it and rebinding can replace it. */

export type Action =
  | "palette"
  | "help"
  | "sidebar"
  | "right-panel"
  | "find-in-transcript"
  | "new-session"
  | "session-nth"
  | "session-previous"
  | "session-next"
  | "unread-previous"
  | "unread-next"
  | "needs-next"
  | "needs-previous"
  | "screen-home"
  | "screen-bots"
  | "screen-activity"
  | "screen-messages"
  | "screen-schedules"
  | "screen-spend"
  | "screen-providers"
  | "screen-gateways"
  | "screen-settings"
  | "split"
  | "close-pane"
  | "rename"
  | "pin"
  | "archive"
  | "stop"
  | ListAction;

/** What a key does to the row of the session list that has the focus, or to all that are selected. */
export type ListAction =
  | "list-next"
  | "list-previous"
  | "list-select"
  | "list-select-next"
  | "list-select-previous"
  | "list-archive"
  | "list-rename"
  | "list-pin"
  | "list-unread"
  | "list-move"
  | "list-mute";

export function isListAction(action: Action): action is ListAction {
  return action.startsWith("list-");
}

export interface KeyBinding {
  readonly action: Action;
  /** In tinykeys' notation, at most two presses after each other; `$mod` is ⌘ on a Mac and Ctrl elsewhere. Digits and letters by `code`, so that layouts do not matter. */
  readonly presses: readonly string[];
  /** `outside-text`: only while no text field has the focus. `in-list`: while a row of the session list has it. */
  readonly where: "anywhere" | "outside-text" | "in-list";
  readonly label: string;
  readonly group: "Move" | "Act" | "Find" | "In the session list";
}

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const keyMap: readonly KeyBinding[] = [
  {
    action: "session-nth",
    presses: [...digits.map((n) => `$mod+Digit${n}`), ...digits.map((n) => `Alt+Digit${n}`)],
    where: "anywhere",
    label: "Go to session 1 to 9",
    group: "Move",
  },
  {
    action: "session-nth",
    presses: digits.map((n) => `KeyG Digit${n}`),
    where: "outside-text",
    label: "Go to session 1 to 9",
    group: "Move",
  },
  { action: "session-previous", presses: ["Alt+ArrowUp"], where: "anywhere", label: "Previous session", group: "Move" },
  { action: "session-next", presses: ["Alt+ArrowDown"], where: "anywhere", label: "Next session", group: "Move" },
  {
    action: "unread-previous",
    presses: ["Alt+Shift+ArrowUp"],
    where: "anywhere",
    label: "Previous unread session",
    group: "Move",
  },
  {
    action: "unread-next",
    presses: ["Alt+Shift+ArrowDown"],
    where: "anywhere",
    label: "Next unread session",
    group: "Move",
  },
  {
    action: "needs-next",
    presses: ["Alt+KeyA"],
    where: "anywhere",
    label: "Next session that needs you",
    group: "Move",
  },
  {
    action: "needs-previous",
    presses: ["Alt+Shift+KeyA"],
    where: "anywhere",
    label: "Back to the one before that needs you",
    group: "Move",
  },
  { action: "screen-home", presses: ["KeyG KeyH"], where: "outside-text", label: "Home", group: "Move" },
  { action: "screen-bots", presses: ["KeyG KeyB"], where: "outside-text", label: "All bots", group: "Move" },
  { action: "screen-activity", presses: ["KeyG KeyA"], where: "outside-text", label: "Activity", group: "Move" },
  { action: "screen-messages", presses: ["KeyG KeyM"], where: "outside-text", label: "Messages", group: "Move" },
  { action: "screen-schedules", presses: ["KeyG KeyS"], where: "outside-text", label: "Schedules", group: "Move" },
  { action: "screen-spend", presses: ["KeyG KeyC"], where: "outside-text", label: "Spend", group: "Move" },
  { action: "screen-providers", presses: ["KeyG KeyP"], where: "outside-text", label: "Providers", group: "Move" },
  { action: "screen-gateways", presses: ["KeyG KeyW"], where: "outside-text", label: "Gateways", group: "Move" },
  { action: "screen-settings", presses: ["KeyG Comma"], where: "outside-text", label: "Settings", group: "Move" },
  { action: "palette", presses: ["$mod+KeyK"], where: "anywhere", label: "Find anything", group: "Find" },
  {
    action: "sidebar",
    presses: ["$mod+KeyB"],
    where: "anywhere",
    label: "Show or hide the session list",
    group: "Find",
  },
  {
    action: "right-panel",
    presses: ["$mod+KeyJ"],
    where: "anywhere",
    label: "Show or hide the panel: bot, tree, activity",
    group: "Find",
  },
  {
    action: "find-in-transcript",
    presses: ["$mod+KeyF"],
    where: "anywhere",
    label: "Find in the transcript",
    group: "Find",
  },
  { action: "help", presses: ["$mod+Slash"], where: "anywhere", label: "Keyboard help", group: "Find" },
  { action: "help", presses: ["Shift+?", "?"], where: "outside-text", label: "Keyboard help", group: "Find" },
  { action: "new-session", presses: ["$mod+Shift+KeyO"], where: "anywhere", label: "New session", group: "Act" },
  {
    action: "split",
    presses: ["$mod+Backslash"],
    where: "anywhere",
    label: "Next session beside this one",
    group: "Act",
  },
  { action: "close-pane", presses: ["Alt+KeyW"], where: "anywhere", label: "Close the pane", group: "Act" },
  { action: "rename", presses: ["F2"], where: "anywhere", label: "Rename the session", group: "Act" },
  { action: "pin", presses: ["Alt+KeyP"], where: "anywhere", label: "Pin or unpin the session", group: "Act" },
  { action: "archive", presses: ["$mod+Shift+KeyA"], where: "anywhere", label: "Archive the session", group: "Act" },
  {
    action: "stop",
    presses: ["Escape"],
    where: "anywhere",
    label: "Stop the turn (twice while the box holds text)",
    group: "Act",
  },
  inList("list-next", ["ArrowDown", "KeyJ"], "Next row"),
  inList("list-previous", ["ArrowUp", "KeyK"], "Previous row"),
  inList("list-select", ["KeyX"], "Select the session, or not"),
  inList("list-select-next", ["Shift+ArrowDown", "Shift+KeyJ"], "Select on the way down"),
  inList("list-select-previous", ["Shift+ArrowUp", "Shift+KeyK"], "Select on the way up"),
  inList("list-archive", ["KeyE"], "Archive"),
  inList("list-rename", ["KeyR"], "Rename"),
  inList("list-pin", ["KeyP"], "Pin or unpin"),
  inList("list-unread", ["KeyU"], "Mark as read or unread"),
  inList("list-move", ["KeyM"], "Move to a topic"),
  inList("list-mute", ["Shift+KeyM"], "Mute or unmute"),
];

function inList(action: ListAction, presses: readonly string[], label: string): KeyBinding {
  return { action, presses, label, where: "in-list", group: "In the session list" };
}
