/** Sorts a call's arguments into what a person looks at first: the command or the path, a change of text, the rest. */

export interface CallLayout {
  /** The command, or the path or address it is about. */
  readonly lead: string | null;
  /** A text that takes the place of another, or is written anew. */
  readonly change: { readonly before: string | null; readonly after: string } | null;
  readonly rest: readonly (readonly [name: string, value: string])[];
}

const leads = ["command", "cmd", "path", "file_path", "url", "to"];
const befores = ["old_string", "oldText", "old_text", "old", "search"];
const afters = ["new_string", "newText", "new_text", "new", "replace", "content"];

export function layOut(input: unknown): CallLayout {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { lead: input === null || input === undefined ? null : toText(input), change: null, rest: [] };
  }
  const values = new Map(Object.entries(input));
  const take = (names: readonly string[]): string | null => {
    const name = names.find((each) => typeof values.get(each) === "string");
    if (name === undefined) return null;
    const text = values.get(name) as string;
    values.delete(name);
    return text;
  };
  const lead = take(leads);
  const before = take(befores);
  const after = take(afters);
  // A text to look for without one to put there is no change.
  const isChange = after !== null;
  const rest = [...values].map(([name, value]) => [name, toText(value)] as const);
  if (!isChange && before !== null) rest.unshift(["search", before]);
  return { lead, change: isChange ? { before, after } : null, rest };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}
