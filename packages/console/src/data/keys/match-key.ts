/**
 * Finds the action of a key press. A press that writes text never acts: not during composition (IME), not with AltGr,
 * whose modifiers look like Ctrl+Alt on some systems.
 */
import { matchKeybindingPress, parseKeybinding } from "tinykeys";
import type { Action, KeyBinding } from "./key-map.ts";

export interface Matched {
  readonly action: Action;
  /** 1…9 for the actions that count. */
  readonly digit: number | null;
}

/** `before` is the press before this one, for bindings of two presses, if it was a moment ago and triggered nothing. */
export function matchKey(
  event: KeyboardEvent,
  bindings: readonly KeyBinding[],
  before: KeyboardEvent | null = null,
): Matched | null {
  if (isWriting(event)) return null;
  const inText = isTextField(event.target);
  for (const binding of bindings) {
    if (binding.where !== "anywhere" && inText) continue;
    if (binding.where === "in-list" && !isListRow(event.target)) continue;
    for (const press of binding.presses) {
      const [last, first] = parseKeybinding(press).toReversed();
      if (!last || !matchKeybindingPress(event, last)) continue;
      if (first && !(before && matchKeybindingPress(before, first))) continue;
      const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
      return { action: binding.action, digit: digit ? Number(digit) : null };
    }
  }
  return null;
}

/** True if the press belongs to a composition, or AltGr makes a character of it. */
export function isWriting(event: KeyboardEvent): boolean {
  // 229 is what browsers report for a key that an input method swallows before composition starts.
  return event.isComposing || event.keyCode === 229 || event.getModifierState?.("AltGraph") === true;
}

function isListRow(target: EventTarget | null): boolean {
  return target !== null && "closest" in target && (target as Element).closest("[data-session]") !== null;
}

function isTextField(target: EventTarget | null): boolean {
  if (target === null || !("matches" in target) || typeof target.matches !== "function") return false;
  return (target as Element).matches("input, textarea, select, [contenteditable='true']");
}
