import { expect, test } from "vitest";
import { addHeld, isKeyThatActs } from "./held-keys.ts";

test("text and keys are held in the order in which they were pressed", () => {
  const typed = addHeld(addHeld([], "lease", "ArrowDown"), "", "Enter");
  expect(addHeld(typed, "next")).toEqual([{ text: "lease" }, { key: "ArrowDown" }, { key: "Enter" }, { text: "next" }]);
});

test("keys that edit the held text are not steps of their own", () => {
  expect(["Enter", "ArrowUp", "PageDown", "Home"].every(isKeyThatActs)).toBe(true);
  expect(["a", "Backspace", "Delete", "Shift", "F2"].some(isKeyThatActs)).toBe(false);
});
