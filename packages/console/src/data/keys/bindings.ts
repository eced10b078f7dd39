/**
 * Returns the key map as this browser has it: the table's own presses, or those a person chose. An action without a
 * press is switched off. Only differences are stored, so that a better default reaches everyone who did not choose.
 */
import { readStored } from "../../ui/storage.ts";
import { type KeyBinding, keyMap } from "./key-map.ts";

/** Presses by the binding they replace. */
export type KeyChoices = Readonly<Record<string, readonly string[]>>;

/** Identifies a row: two rows of the table may have one action. */
export function bindingId({ action, where }: Pick<KeyBinding, "action" | "where">): string {
  return where === "outside-text" ? `${action}, outside text` : action;
}

export function readChoices(): KeyChoices {
  try {
    const stored: unknown = JSON.parse(readStored("keys") ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(Object.entries(stored).filter(([, presses]) => isPresses(presses)));
  } catch {
    return {};
  }
}

export function applyChoices(choices: KeyChoices, table: readonly KeyBinding[] = keyMap): readonly KeyBinding[] {
  return table.map((binding) => {
    const presses = Object.hasOwn(choices, bindingId(binding)) ? choices[bindingId(binding)] : undefined;
    return presses ? { ...binding, presses } : binding;
  });
}

function isPresses(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((press) => typeof press === "string" && press !== "");
}
