import { expect, test } from "vitest";
import { type Action, keyMap } from "./key-map.ts";
import { matchKey } from "./match-key.ts";

interface Press {
  readonly code: string;
  readonly key?: string;
  /** Pressed modifiers: any of Control, Alt, Shift, Meta, AltGraph. */
  readonly held?: readonly string[];
  readonly isComposing?: boolean;
  readonly keyCode?: number;
  readonly target?: "textarea" | "body";
}

function match({ code, key, held = [], isComposing = false, keyCode = 0, target = "body" }: Press) {
  const event = {
    code,
    key: key ?? code.replace(/^(Key|Digit)/, "").toLowerCase(),
    isComposing,
    keyCode,
    target: { matches: (selector: string) => selector.split(", ").includes(target) },
    getModifierState: (name: string) => held.includes(name),
  };
  return matchKey(event as unknown as KeyboardEvent, keyMap);
}

test.each<[string, Press, Action]>([
  ["Ctrl+K", { code: "KeyK", held: ["Control"] }, "palette"],
  ["Ctrl+B", { code: "KeyB", held: ["Control"] }, "sidebar"],
  ["Ctrl+/", { code: "Slash", key: "/", held: ["Control"] }, "help"],
  ["Ctrl+Shift+O", { code: "KeyO", held: ["Control", "Shift"] }, "new-session"],
  ["Ctrl+Shift+A", { code: "KeyA", held: ["Control", "Shift"] }, "archive"],
  ["Alt+↑", { code: "ArrowUp", key: "ArrowUp", held: ["Alt"] }, "session-previous"],
  ["Alt+↓", { code: "ArrowDown", key: "ArrowDown", held: ["Alt"] }, "session-next"],
  ["Alt+Shift+↑", { code: "ArrowUp", key: "ArrowUp", held: ["Alt", "Shift"] }, "unread-previous"],
  ["Alt+Shift+↓", { code: "ArrowDown", key: "ArrowDown", held: ["Alt", "Shift"] }, "unread-next"],
  ["Alt+A", { code: "KeyA", held: ["Alt"] }, "needs-next"],
  ["Alt+P", { code: "KeyP", held: ["Alt"] }, "pin"],
  ["F2", { code: "F2", key: "F2" }, "rename"],
  ["Esc", { code: "Escape", key: "Escape" }, "stop"],
])("%s works on the page and while the composer has the focus", (_name, press, action) => {
  expect(match(press)?.action).toBe(action);
  expect(match({ ...press, target: "textarea" })?.action).toBe(action);
});

test("digits count by their key, whatever the layout writes on it", () => {
  for (let n = 1; n <= 9; n++) {
    for (const modifier of ["Control", "Alt"]) {
      const matched = match({ code: `Digit${n}`, key: "&", held: [modifier], target: "textarea" });
      expect(matched).toEqual({ action: "session-nth", digit: n });
    }
  }
  expect(match({ code: "Digit0", held: ["Alt"] })).toBeNull();
  expect(match({ code: "Digit1" })).toBeNull();
});

test("a Mac's Option+digit, which writes a symbol, still jumps", () => {
  expect(match({ code: "Digit1", key: "¡", held: ["Alt"] })?.digit).toBe(1);
});

test("AltGr writes characters and never acts", () => {
  // Windows reports AltGr as Ctrl+Alt, Linux as AltGraph alone.
  expect(match({ code: "Digit2", key: "²", held: ["AltGraph"] })).toBeNull();
  expect(match({ code: "Digit2", key: "²", held: ["AltGraph", "Control", "Alt"] })).toBeNull();
  expect(match({ code: "KeyA", key: "ą", held: ["AltGraph", "Alt"] })).toBeNull();
});

test("no key acts while an input method composes", () => {
  expect(match({ code: "Escape", key: "Escape", isComposing: true })).toBeNull();
  expect(match({ code: "KeyK", held: ["Control"], keyCode: 229 })).toBeNull();
});

test("? opens the help, and in a text field it is a question mark", () => {
  const press = { code: "Slash", key: "?", held: ["Shift"] };
  expect(match(press)?.action).toBe("help");
  expect(match({ ...press, target: "textarea" })).toBeNull();
});

test("g then a letter opens a screen: not alone, not after another key, not in a text field", () => {
  const pressed = ({ code, target = "body" }: Press) =>
    ({
      code,
      key: code.slice(-1).toLowerCase(),
      target: { matches: (selector: string) => selector.split(", ").includes(target) },
      getModifierState: () => false,
    }) as unknown as KeyboardEvent;
  const after = (first: string | null, second: Press) =>
    matchKey(pressed(second), keyMap, first === null ? null : pressed({ code: first }))?.action;
  expect(after("KeyG", { code: "KeyB" })).toBe("screen-bots");
  expect(after("KeyG", { code: "KeyA" })).toBe("screen-activity");
  expect(after("KeyG", { code: "KeyM" })).toBe("screen-messages");
  expect(after("KeyG", { code: "KeyS" })).toBe("screen-schedules");
  expect(after("KeyG", { code: "KeyW" })).toBe("screen-gateways");
  expect(after("KeyG", { code: "KeyP" })).toBe("screen-providers");
  expect(after(null, { code: "KeyB" })).toBeUndefined();
  expect(after("KeyH", { code: "KeyB" })).toBeUndefined();
  expect(after("KeyG", { code: "KeyB", target: "textarea" })).toBeUndefined();
  expect(after("KeyB", { code: "KeyG" })).toBeUndefined();
});

test("a press with a modifier too many is somebody else's", () => {
  expect(match({ code: "KeyK", held: ["Control", "Shift"] })).toBeNull();
  expect(match({ code: "Digit1", held: ["Control", "Alt"] })).toBeNull();
});
