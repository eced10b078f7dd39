/**
 * Changes of OpenClaw's configuration as data, so that what was done can be undone to the letter: each change knows what
 * stood there before, and undoing takes back only what still stands as it was left. Pure.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type Change =
  | {
      readonly kind: "set";
      readonly path: readonly string[];
      /** Undefined when nothing stood there. */
      readonly before?: Json;
      readonly after: Json;
      /** How many names of the path stood there already; objects above that are ours to remove. */
      readonly found?: number;
    }
  /** A value in a list, at its end. */
  | { readonly kind: "add"; readonly path: readonly string[]; readonly value: string; readonly found?: number };

/** The changes that are needed to have all of these; none that is so already. */
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
  /** Left as they are, because somebody changed them since. */
  readonly left: readonly Change[];
}

/** Takes the changes back, the last one first. What was empty before them stays; what they made and is empty now goes. */
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

/** Key order does not matter. */
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

/** Without the value, and without what was made for it and holds nothing any more. */
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
