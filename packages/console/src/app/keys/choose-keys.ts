/** Stores what a person chooses for a row of the key map. */

import { bindingId, type KeyChoices } from "../../data/keys/bindings.ts";
import { keyMap } from "../../data/keys/key-map.ts";
import { writeStored } from "../../ui/storage.ts";

export function writeChoices(choices: KeyChoices): void {
  writeStored("keys", Object.keys(choices).length === 0 ? null : JSON.stringify(choices));
}

/** Sets `presses` for one row; null, or the table's own presses, removes the choice. */
export function withChoice(
  choices: KeyChoices,
  { id, presses }: { readonly id: string; readonly presses: readonly string[] | null },
): KeyChoices {
  const { [id]: _, ...rest } = choices;
  const own = keyMap.find((binding) => bindingId(binding) === id)?.presses;
  const isOwn = presses === null || (own?.length === presses.length && own.every((press) => presses.includes(press)));
  return isOwn ? rest : { ...rest, [id]: presses };
}
