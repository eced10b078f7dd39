/** Says in one line what a tool call does and to what, for lists: `npm test`, `web fetch reef.dev`. */

/** Names under which tools take what they act on, the most telling first. */
const objects = ["command", "cmd", "path", "file", "url", "query", "q", "question", "title", "to", "name", "text"];
const shells = /^(bash|shell|sh|exec|run|terminal|run_command)$/i;

export interface CallLine {
  /** True for a command of a shell, which needs no name before it. */
  readonly isCommand: boolean;
  readonly words: string;
}

const longest = 120;

export function callLine(name: string, input: unknown): CallLine {
  const object = objectOf(input).replace(/\s+/g, " ").trim().slice(0, longest);
  if (shells.test(name) && object !== "") return { isCommand: true, words: object };
  return { isCommand: false, words: `${name.replaceAll("_", " ")} ${object}`.trim() };
}

function objectOf(input: unknown): string {
  if (typeof input === "string") return input.trim().startsWith("{") ? "" : input;
  if (typeof input !== "object" || input === null) return "";
  const fields = new Map(Object.entries(input));
  for (const key of objects) {
    const value: unknown = fields.get(key);
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return "";
}
