/**
 * Defines the key map as one table of plain data, so that the help sheet reads it and rebinding can replace it. Its words are in
 * key-words.ts.
 */

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
  | "screen-tasks"
  | "screen-tools"
  | "screen-gateways"
  | "screen-settings"
  | "split"
  | "close-pane"
  | "rename"
  | "pin"
  | "archive"
  | "stop"
  | ListAction;

/** What a key does to the focused row of the session list, or to all that are selected. */
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
  /**
   * In tinykeys' notation, at most two presses after each other; `$mod` is ⌘ on a Mac and Ctrl elsewhere. Digits and letters by `code`, so that
   * layouts do not matter.
   */
  readonly presses: readonly string[];
  /** `outside-text`: only while no text field has the focus. `in-list`: while a row of the session list has it. */
  readonly where: "anywhere" | "outside-text" | "in-list";
}

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const keyMap: readonly KeyBinding[] = [
  anywhere("session-nth", [...digits.map((n) => `$mod+Digit${n}`), ...digits.map((n) => `Alt+Digit${n}`)]),
  outsideText(
    "session-nth",
    digits.map((n) => `KeyG Digit${n}`),
  ),
  anywhere("session-previous", ["Alt+ArrowUp"]),
  anywhere("session-next", ["Alt+ArrowDown"]),
  anywhere("unread-previous", ["Alt+Shift+ArrowUp"]),
  anywhere("unread-next", ["Alt+Shift+ArrowDown"]),
  anywhere("needs-next", ["Alt+KeyA"]),
  anywhere("needs-previous", ["Alt+Shift+KeyA"]),
  outsideText("screen-home", ["KeyG KeyH"]),
  outsideText("screen-bots", ["KeyG KeyB"]),
  outsideText("screen-activity", ["KeyG KeyA"]),
  outsideText("screen-messages", ["KeyG KeyM"]),
  outsideText("screen-schedules", ["KeyG KeyS"]),
  outsideText("screen-spend", ["KeyG KeyC"]),
  outsideText("screen-providers", ["KeyG KeyP"]),
  outsideText("screen-tasks", ["KeyG KeyK"]),
  outsideText("screen-tools", ["KeyG KeyT"]),
  outsideText("screen-gateways", ["KeyG KeyW"]),
  outsideText("screen-settings", ["KeyG Comma"]),
  anywhere("palette", ["$mod+KeyK"]),
  anywhere("sidebar", ["$mod+KeyB"]),
  anywhere("right-panel", ["$mod+KeyJ"]),
  anywhere("find-in-transcript", ["$mod+KeyF"]),
  anywhere("help", ["$mod+Slash"]),
  outsideText("help", ["Shift+?", "?"]),
  anywhere("new-session", ["$mod+Shift+KeyO"]),
  anywhere("split", ["$mod+Backslash"]),
  anywhere("close-pane", ["Alt+KeyW"]),
  anywhere("rename", ["F2"]),
  anywhere("pin", ["Alt+KeyP"]),
  anywhere("archive", ["$mod+Shift+KeyA"]),
  anywhere("stop", ["Escape"]),
  inList("list-next", ["ArrowDown", "KeyJ"]),
  inList("list-previous", ["ArrowUp", "KeyK"]),
  inList("list-select", ["KeyX"]),
  inList("list-select-next", ["Shift+ArrowDown", "Shift+KeyJ"]),
  inList("list-select-previous", ["Shift+ArrowUp", "Shift+KeyK"]),
  inList("list-archive", ["KeyE"]),
  inList("list-rename", ["KeyR"]),
  inList("list-pin", ["KeyP"]),
  inList("list-unread", ["KeyU"]),
  inList("list-move", ["KeyM"]),
  inList("list-mute", ["Shift+KeyM"]),
];

function anywhere(action: Action, presses: readonly string[]): KeyBinding {
  return { action, presses, where: "anywhere" };
}

function outsideText(action: Action, presses: readonly string[]): KeyBinding {
  return { action, presses, where: "outside-text" };
}

function inList(action: ListAction, presses: readonly string[]): KeyBinding {
  return { action, presses, where: "in-list" };
}
