/**
 * The key map as this browser has it: the table's own presses, or those a person chose. An action without a press is
 * switched off. Only what differs is stored, so that a better default reaches everybody who did not choose.
 */
import { readStored, writeStored } from "../storage.ts";
import { type KeyBinding, keyMap } from "./key-map.ts";

/** Presses by the binding they replace. */
export type KeyChoices = Readonly<Record<string, readonly string[]>>;

/** Two rows of the table may have one action; this names a row. */
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

export function writeChoices(choices: KeyChoices): void {
  writeStored("keys", Object.keys(choices).length === 0 ? null : JSON.stringify(choices));
}

export function applyChoices(choices: KeyChoices, table: readonly KeyBinding[] = keyMap): readonly KeyBinding[] {
  return table.map((binding) => {
    const presses = Object.hasOwn(choices, bindingId(binding)) ? choices[bindingId(binding)] : undefined;
    return presses ? { ...binding, presses } : binding;
  });
}

/** `presses` for one row; null, or what the table has, takes the choice back. */
export function withChoice(
  choices: KeyChoices,
  { id, presses }: { readonly id: string; readonly presses: readonly string[] | null },
): KeyChoices {
  const { [id]: _, ...rest } = choices;
  const own = keyMap.find((binding) => bindingId(binding) === id)?.presses;
  const isOwn = presses === null || (own?.length === presses.length && own.every((press) => presses.includes(press)));
  return isOwn ? rest : { ...rest, [id]: presses };
}

/** The labels of other rows that the same press would ask for, by row; the first row of the table wins. */
export function conflicts(bindings: readonly KeyBinding[]): ReadonlyMap<string, readonly string[]> {
  const byPress = new Map<string, KeyBinding[]>();
  for (const binding of bindings) {
    for (const press of binding.presses) byPress.set(press, [...(byPress.get(press) ?? []), binding]);
  }
  const found = new Map<string, string[]>();
  for (const rivals of byPress.values()) {
    for (const binding of rivals) {
      const others = rivals.filter((rival) => rival.action !== binding.action).map(({ label }) => label);
      if (others.length > 0) found.set(bindingId(binding), [...(found.get(bindingId(binding)) ?? []), ...others]);
    }
  }
  return found;
}

function isPresses(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((press) => typeof press === "string" && press !== "");
}
