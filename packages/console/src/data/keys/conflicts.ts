/** Finds two actions on one press, so that each can name the other. */
import { bindingId } from "./bindings.ts";
import type { KeyBinding } from "./key-map.ts";
import { wordsByAction } from "./key-words.ts";

/** Returns, by row, the labels of other rows with the same press; the first row of the table wins. */
export function conflicts(bindings: readonly KeyBinding[]): ReadonlyMap<string, readonly string[]> {
  const byPress = new Map<string, KeyBinding[]>();
  for (const binding of bindings) {
    for (const press of binding.presses) byPress.set(press, [...(byPress.get(press) ?? []), binding]);
  }
  const found = new Map<string, string[]>();
  for (const rivals of byPress.values()) {
    for (const binding of rivals) {
      const others = rivals
        .filter((rival) => rival.action !== binding.action)
        .map(({ action }) => wordsByAction[action].label);
      if (others.length > 0) found.set(bindingId(binding), [...(found.get(bindingId(binding)) ?? []), ...others]);
    }
  }
  return found;
}
