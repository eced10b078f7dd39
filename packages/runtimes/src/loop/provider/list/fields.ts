/** Reads fields of untrusted answers: each is used only when it has the right type. */

export type Fields = Readonly<Record<string, unknown>>;

export function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

export function flagOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** Returns the first of the values that is a count of tokens. */
export function tokensOf(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const count = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof count === "number" && Number.isFinite(count) && count >= 1 && count <= 1e9) return Math.floor(count);
  }
  return null;
}

/** Reads a price of one unit, which may be text; null when it is not one, such as -1 for a variable price. */
export function amountOf(value: unknown): number | null {
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof amount === "number" && Number.isFinite(amount) && amount >= 0 ? amount : null;
}

/** Returns lower-case words of a list such as `["text", "image"]`, or names of an object's fields that are true. */
export function wordsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((word) => typeof word === "string").map((word) => word.toLowerCase());
}
