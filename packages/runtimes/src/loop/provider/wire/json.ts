/** Reads untrusted JSON: nothing is assumed, and nothing here throws. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    const object = asObject(at);
    at = object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return at;
}

/** Returns null for everything but a non-empty string. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Returns a count, which some servers send as a string; null when it cannot be one. */
export function countOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null;
}

/** Deeper than any server or model means; deeper JSON breaks the code that serialises it again. */
const mostDepth = 128;

/** Returns `undefined` when the text is not JSON, or nests deeper than 128. */
export function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return text.length > mostDepth * 2 && isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostDepth) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}
