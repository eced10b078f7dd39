/**
 * Defines the start of the reason of what died because its model was away for too long (TU9). That start alone is its
 * cause, so that all letters of one model are one cause, whatever its server said last.
 */

export function awayWords(model: string, state: "down" | "limited"): string {
  return `the model ${model} ${state === "down" ? "was down" : "was over its limit"} for too long`;
}

const away = /^the model (.{1,400}?) was (?:down|over its limit) for too long(?=:|$)/;

/** Returns the cause in a reason; null for a reason of another kind. */
export function awayCauseOf(reason: string): string | null {
  return away.exec(reason)?.[0] ?? null;
}

/** Returns the model that was away; null for any other cause. */
export function awayModelOf(cause: string): string | null {
  return away.exec(cause)?.[1] ?? null;
}
