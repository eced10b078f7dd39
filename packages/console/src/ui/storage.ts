/**
 * Stores what one browser remembers: drafts, folded groups, the theme. Storage may be blocked or full; then nothing is
 * remembered.
 */

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(`reef.${name}`);
  } catch {
    return null;
  }
}

/** An empty or null value removes the name. */
export function writeStored(name: string, value: string | null): void {
  try {
    if (value) localStorage.setItem(`reef.${name}`, value);
    else localStorage.removeItem(`reef.${name}`);
  } catch {
    // Full or blocked: the page works without it.
  }
}

/** Reads a set of strings, empty when nothing readable is stored. */
export function readStoredSet(name: string): ReadonlySet<string> {
  try {
    const parsed: unknown = JSON.parse(readStored(name) ?? "[]");
    return new Set(Array.isArray(parsed) ? parsed.filter((item) => typeof item === "string") : []);
  } catch {
    return new Set();
  }
}

export function writeStoredSet(name: string, values: ReadonlySet<string>): void {
  writeStored(name, values.size === 0 ? null : JSON.stringify([...values]));
}
