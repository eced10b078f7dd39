/**
 * Represents changes to OpenClaw's configuration as data, so that they can be undone exactly: each change knows the
 * value before it, and undoing restores only values that are still as the change left them. Pure.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type Change =
  | {
      readonly kind: "set";
      readonly path: readonly string[];
      /** Undefined when there was no value. */
      readonly before?: Json;
      readonly after: Json;
      /** How many names of the path existed before; the objects above the others are ours to remove. */
      readonly found?: number;
    }
  /** Appends a value to a list. */
  | { readonly kind: "add"; readonly path: readonly string[]; readonly value: string; readonly found?: number };

/** Returns the changes that are still needed to get all of these. */
export function changesFor(config: JsonObject, wanted: readonly Change[]): readonly Change[] {
  return wanted.flatMap((change): readonly Change[] => {
    const present = valueAt(config, change.path);
    const found = foundLength(config, change.path);
    if (change.kind === "add") {
      return Array.isArray(present) && present.includes(change.value) ? [] : [{ ...change, found }];
    }
    if (isSame(present, change.after)) return [];
    return [{ ...change, found, ...(present === undefined ? {} : { before: present }) }];
  });
}

export function applyChanges(config: JsonObject, changes: readonly Change[]): JsonObject {
  return changes.reduce<JsonObject>((result, change) => {
    if (change.kind === "set") return withValue(result, change.path, change.after);
    const list = valueAt(result, change.path);
    return withValue(result, change.path, [...(Array.isArray(list) ? (list as Json[]) : []), change.value]);
  }, config);
}

export interface Undone {
  readonly config: JsonObject;
  /** Not undone, because someone has changed the value since. */
  readonly left: readonly Change[];
}

/**
 * Undoes the changes, the last one first. Objects that were empty before stay; those that the changes created are removed
 * once empty.
 */
export function undoChanges(config: JsonObject, changes: readonly Change[]): Undone {
  const left: Change[] = [];
  let result = config;
  for (const change of changes.toReversed()) {
    const present = valueAt(result, change.path);
    if (change.kind === "add") {
      if (!Array.isArray(present) || !present.includes(change.value)) continue;
      const at = present.lastIndexOf(change.value);
      const rest = present.filter((_, index) => index !== at);
      const wasThere = change.found === change.path.length;
      result = rest.length > 0 || wasThere ? withValue(result, change.path, rest) : without(result, change);
      continue;
    }
    if (present === undefined) continue;
    if (!isSame(present, change.after)) left.push(change);
    else if (change.before !== undefined) result = withValue(result, change.path, change.before);
    else result = without(result, change);
  }
  return { config: result, left: left.toReversed() };
}

export function valueAt(config: Json | undefined, path: readonly string[]): Json | undefined {
  let value: Json | undefined = config;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Compares values; key order does not matter. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item as Json, b[index] as Json));
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

function withValue(config: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  if (key === undefined) throw new Error("a change needs a path");
  const inner = config[key];
  return { ...config, [key]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value) };
}

/** Removes the value, and the objects created for it that are now empty. */
function without(config: JsonObject, { path, found = 0 }: Pick<Change, "path" | "found">): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return config;
  const { [key]: inner, ...others } = config;
  if (rest.length === 0 || !isObject(inner)) return others;
  const emptied = without(inner, { path: rest, found: found - 1 });
  const isOurs = found <= 0;
  return isOurs && Object.keys(emptied).length === 0 ? others : { ...config, [key]: emptied };
}

function foundLength(config: JsonObject, path: readonly string[]): number {
  const missing = path.findIndex((_, index) => valueAt(config, path.slice(0, index + 1)) === undefined);
  return missing < 0 ? path.length : missing;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
