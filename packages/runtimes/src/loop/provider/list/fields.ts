/** Reading what strangers answer: each field is taken only when it is what it should be. */

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

/** Of the values, the first that is a count of tokens. */
export function tokensOf(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const count = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof count === "number" && Number.isFinite(count) && count >= 1 && count <= 1e9) return Math.floor(count);
  }
  return null;
}

/** A price of one unit that may stand as a text; null when it is none, as the -1 of what varies. */
export function amountOf(value: unknown): number | null {
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof amount === "number" && Number.isFinite(amount) && amount >= 0 ? amount : null;
}

/** Lower-case words of a list such as `["text", "image"]`, or names of an object's fields that are true. */
export function wordsOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((word) => typeof word === "string").map((word) => word.toLowerCase());
}
