import { expect, test } from "vitest";
import { withChoice } from "../../app/keys/choose-keys.ts";
import { applyChoices, bindingId } from "./bindings.ts";
import { conflicts } from "./conflicts.ts";
import { eventToPress } from "./event-to-press.ts";
import { keyMap } from "./key-map.ts";

const pressesOf = (choices: Parameters<typeof applyChoices>[0], id: string) =>
  applyChoices(choices).find((binding) => bindingId(binding) === id)?.presses;

test("every row of the table has a name of its own", () => {
  expect(new Set(keyMap.map(bindingId)).size).toBe(keyMap.length);
});

test("a chosen press takes the place of the table's, none switches it off, and the table's own is no choice", () => {
  const chosen = withChoice({}, { id: "palette", presses: ["$mod+KeyP"] });
  expect(pressesOf(chosen, "palette")).toEqual(["$mod+KeyP"]);
  expect(pressesOf(chosen, "sidebar")).toEqual(["$mod+KeyB"]);
  const off = withChoice(chosen, { id: "palette", presses: [] });
  expect(pressesOf(off, "palette")).toEqual([]);
  expect(withChoice(off, { id: "palette", presses: ["$mod+KeyK"] })).toEqual({});
  expect(withChoice(off, { id: "palette", presses: null })).toEqual({});
});

test("two actions on one press are told to both; the table itself has none", () => {
  expect(conflicts(keyMap).size).toBe(0);
  const bindings = applyChoices(withChoice({}, { id: "palette", presses: ["$mod+KeyB"] }));
  expect(conflicts(bindings).get("palette")).toEqual(["Show or hide the session list"]);
  expect(conflicts(bindings).get("sidebar")).toEqual(["Find anything"]);
});

test("a press is read by its key, not by what a layout writes with it", () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(eventToPress({ ...none, ctrlKey: true, shiftKey: true, code: "KeyO", key: "O" }, false)).toBe(
    "$mod+Shift+KeyO",
  );
  expect(eventToPress({ ...none, metaKey: true, code: "KeyK", key: "k" }, true)).toBe("$mod+KeyK");
  expect(eventToPress({ ...none, altKey: true, code: "Digit1", key: "¡" }, true)).toBe("Alt+Digit1");
  expect(eventToPress({ ...none, ctrlKey: true, code: "ControlLeft", key: "Control" }, false)).toBeNull();
});
