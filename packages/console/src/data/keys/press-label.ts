/** Formats a binding for people: ⌘⇧O on a Mac, Ctrl+Shift+O elsewhere. */
import type { Action, KeyBinding } from "./key-map.ts";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const signByPart: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Slash: "/",
  Comma: ",",
  Backslash: "\\",
  Escape: "Esc",
};

export function pressToLabel(press: string): string {
  if (press.includes(" ")) return press.split(" ").map(pressToLabel).join(" then ");
  const parts = press.split("+").map((part) => {
    if (part === "$mod") return isMac ? "⌘" : "Ctrl";
    if (part === "Alt") return isMac ? "⌥" : "Alt";
    if (part === "Shift") return isMac ? "⇧" : "Shift";
    return signByPart[part] ?? part.replace(/^(Key|Digit)/, "");
  });
  return parts.join(isMac ? "" : "+");
}

/** Returns the current keys of an action; undefined while they are switched off. */
export function actionLabel(bindings: readonly KeyBinding[], action: Action): string | undefined {
  const press = bindings.find((binding) => binding.action === action)?.presses[0];
  return press === undefined ? undefined : pressToLabel(press);
}
