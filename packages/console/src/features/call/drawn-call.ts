/**
 * Decides how a call is drawn, from what it was given and what it returned: as a command, an edit, results, a page, a plan. Reef's own tools
 * and the usual ones of other programs are known by their form; what does not fit is drawn as it is. Input and result are anyone's.
 */
import { type PlanStep, planSteps } from "../session/plan-steps.ts";
import { stepWords } from "../session/step-words.ts";

export interface Edit {
  readonly before: string;
  readonly after: string;
}

export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface Page {
  readonly title: string;
  readonly url: string;
  readonly excerpt: string;
}

export type DrawnCall =
  | { readonly kind: "command"; readonly command: string; readonly cwd: string | null; readonly output: string }
  | { readonly kind: "edit"; readonly path: string; readonly edits: readonly Edit[]; readonly isWhole: boolean }
  | { readonly kind: "hits"; readonly hits: readonly Hit[]; readonly note: string }
  | { readonly kind: "pages"; readonly pages: readonly Page[] }
  | { readonly kind: "page"; readonly page: Page; readonly text: string }
  | { readonly kind: "plan"; readonly steps: readonly PlanStep[]; readonly note: string }
  | { readonly kind: "other" };

export interface CallSubject {
  readonly name: string;
  readonly input: unknown;
  /** Null while there is no result. */
  readonly text: string | null;
  readonly isError: boolean;
}

const other: DrawnCall = { kind: "other" };

export function drawCall(call: CallSubject): DrawnCall {
  const { kind } = stepWords(call.name, call.input);
  const input = isRecord(call.input) ? call.input : {};
  switch (kind) {
    case "run":
      return drawCommand(input, call);
    case "edit":
      return drawEdit(input);
    case "find":
      return call.text === null || call.isError ? other : drawHits(call.text);
    case "web":
      return call.text === null || call.isError ? other : drawPages(input, call.text);
    case "plan":
      return drawPlan(call);
    default:
      return other;
  }
}

/** How a command ended, as Reef's own box says it in the first line: `[exit code 1 after 0.4 s]`. */
export function readEnd(
  text: string,
): { readonly words: string; readonly code: number | null; readonly rest: string } | null {
  const found = /^\[((?:exit code (\d{1,5}|unknown)|stopped|lost|could not start|still running)[^\n]*)\]\n?/.exec(text);
  if (found === null) return null;
  const [all, words = "", code] = found;
  return { words, code: code === undefined || code === "unknown" ? null : Number(code), rest: text.slice(all.length) };
}

function drawCommand(input: Readonly<Record<string, unknown>>, { text }: CallSubject): DrawnCall {
  const command = firstText(input, ["command", "cmd", "script", "code"]);
  if (command === null) return other;
  return { kind: "command", command, cwd: firstText(input, ["cwd", "workdir"]), output: text ?? "" };
}

function drawEdit(input: Readonly<Record<string, unknown>>): DrawnCall {
  const path = firstText(input, ["path", "file_path", "filePath", "file", "filename", "notebook_path"]) ?? "";
  const content = ["content", "file_text", "contents"]
    .map((name) => input[name])
    .find((value) => typeof value === "string");
  if (typeof content === "string")
    return { kind: "edit", path, edits: [{ before: "", after: content }], isWhole: true };
  const list = Array.isArray(input.edits) ? input.edits.filter(isRecord) : [input];
  const edits = list.flatMap((each): Edit[] => {
    const before = ["old", "old_string", "oldText", "old_str", "old_text"].map((name) => each[name]).find(isText);
    const after = ["new", "new_string", "newText", "new_str", "new_text"].map((name) => each[name]).find(isText);
    return before === undefined && after === undefined ? [] : [{ before: before ?? "", after: after ?? "" }];
  });
  return edits.length === 0 ? other : { kind: "edit", path, edits, isWhole: false };
}

/** `path:12:text` a line, as grep and ripgrep print; anything else is not drawn as hits. */
function drawHits(text: string): DrawnCall {
  const lines = text.split("\n").filter((line) => line !== "");
  const hits: Hit[] = [];
  const notes: string[] = [];
  for (const line of lines.slice(0, mostHits)) {
    const found = /^([^:\n]{1,400}):(\d{1,9}):(.*)$/.exec(line);
    if (found) hits.push({ path: found[1] ?? "", line: Number(found[2]), text: (found[3] ?? "").slice(0, 400) });
    else if (/^\[.*\]$/.test(line)) notes.push(line.slice(1, -1));
    else return other;
  }
  if (lines.length > mostHits) notes.push(`${lines.length - mostHits} more lines`);
  return hits.length === 0 ? other : { kind: "hits", hits, note: notes.join(" ") };
}

const mostHits = 500;

function drawPlan({ input, text, isError }: CallSubject): DrawnCall {
  const steps = planSteps(input);
  if (steps.length === 0) return other;
  const explained = isRecord(input) ? firstText(input, ["explanation", "note"]) : null;
  return { kind: "plan", steps, note: (isError ? text : explained) ?? "" };
}

/** Reef's box: `1. Title`, address, excerpt of each result; or a page's title and address, then its text. */
function drawPages(input: Readonly<Record<string, unknown>>, text: string): DrawnCall {
  const pages = text.split(/\n\n(?=\d{1,3}\. )/).flatMap((part): Page[] => {
    const [head = "", url = "", ...excerpt] = part.split("\n");
    const title = /^\d{1,3}\. (.*)$/.exec(head)?.[1];
    return title === undefined || !isAddress(url) ? [] : [{ title, url, excerpt: excerpt.join(" ").slice(0, 600) }];
  });
  if (pages.length > 0) return { kind: "pages", pages };
  const [head = "", ...rest] = text.split("\n\n");
  const lines = head.split("\n");
  const at = lines.findIndex(isAddress);
  const url = lines[at] ?? firstText(input, ["url", "href"]) ?? "";
  if (!isAddress(url)) return other;
  if (at < 0) return { kind: "page", page: { title: url, url, excerpt: "" }, text };
  const excerpt = lines
    .slice(at + 1)
    .map((line) => line.replace(/^> /, ""))
    .join(" ");
  return {
    kind: "page",
    page: { title: lines[at - 1] ?? url, url, excerpt: excerpt.slice(0, 600) },
    text: rest.join("\n\n"),
  };
}

/** Only addresses that may become links. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

function firstText(input: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = input[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
