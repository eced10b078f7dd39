/**
 * Says in words what a tool call does: a verb and an object for its line, and for a fold of many calls what they did together.
 * Reef's own tools are known by name; the usual names of other programs by their form. Every other tool is called what it is.
 */
import type { Entry } from "@reef/protocol/entry";
import { planWords } from "./plan-steps.ts";

export type StepKind =
  | "read"
  | "edit"
  | "run"
  | "find"
  | "web"
  | "memory"
  | "session"
  | "person"
  | "schedule"
  | "plan"
  | "other";

export interface StepWords {
  readonly kind: StepKind;
  readonly verb: string;
  readonly object: string;
}

interface Doing {
  readonly kind: StepKind;
  /** The label of one call. */
  readonly verb: string;
  /** The same while it goes on. */
  readonly now: string;
  /** The same in the past, before a number. */
  readonly past: string;
  /** What is counted; without it the times are. */
  readonly unit?: readonly [one: string, many: string];
  /** The fields of the input that are its object, the first that is there. */
  readonly fields: readonly string[];
}

const files = ["file", "files"] as const;
const paths = ["path", "file_path", "filePath", "file", "filename", "notebook_path"] as const;

const read: Doing = { kind: "read", verb: "Read", now: "Reading", past: "read", unit: files, fields: paths };
const edit: Doing = { kind: "edit", verb: "Edit", now: "Editing", past: "edited", unit: files, fields: paths };
const write: Doing = { kind: "edit", verb: "Write", now: "Writing", past: "wrote", unit: files, fields: paths };
const run: Doing = {
  kind: "run",
  verb: "Run",
  now: "Running",
  past: "ran",
  unit: ["command", "commands"],
  fields: ["command", "cmd", "script", "code"],
};
const find: Doing = {
  kind: "find",
  verb: "Search",
  now: "Searching for",
  past: "made",
  unit: ["search", "searches"],
  fields: ["pattern", "query", "q", "regex"],
};
const list: Doing = {
  kind: "find",
  verb: "List",
  now: "Listing",
  past: "listed",
  unit: ["folder", "folders"],
  fields: ["path", "directory", "dir"],
};
const open: Doing = {
  kind: "web",
  verb: "Open",
  now: "Opening",
  past: "opened",
  unit: ["page", "pages"],
  fields: ["url", "href"],
};
const webSearch: Doing = { ...find, kind: "web", verb: "Search the web", now: "Searching the web for" };

const plan: Doing = { kind: "plan", verb: "Plan", now: "Planning", past: "planned", fields: [] };

const ownByName: Readonly<Record<string, Doing>> = {
  attachment_read: { ...read, fields: ["name", "file", "id"] },
  command_output: { kind: "run", verb: "Read output", now: "Reading output", past: "read output", fields: ["id"] },
  command_run: run,
  command_stop: {
    kind: "run",
    verb: "Stop command",
    now: "Stopping command",
    past: "stopped commands",
    fields: ["id"],
  },
  file_edit: edit,
  file_list: list,
  file_read: read,
  file_search: find,
  file_write: write,
  ask_person: {
    kind: "person",
    verb: "Ask",
    now: "Asking",
    past: "asked",
    unit: ["question", "questions"],
    fields: ["question"],
  },
  memory_forget: memory("Forget", "Forgetting", "forgot", ["query", "id"]),
  memory_save: memory("Remember", "Remembering", "saved", ["text"]),
  memory_search: {
    kind: "memory",
    verb: "Search memory",
    now: "Searching memory for",
    past: "searched memory",
    fields: ["query"],
  },
  memory_update: memory("Correct", "Correcting", "corrected", ["text", "id"]),
  plan_update: plan,
  report_result: { kind: "session", verb: "Report", now: "Reporting", past: "reported", fields: ["text"] },
  schedule_cancel: schedule("Cancel schedule", "Cancelling", "cancelled", ["schedule"]),
  schedule_create: schedule("Schedule", "Scheduling", "created", ["name", "text"]),
  schedule_list: {
    kind: "schedule",
    verb: "List schedules",
    now: "Listing schedules",
    past: "listed schedules",
    fields: [],
  },
  session_list: {
    kind: "session",
    verb: "List sessions",
    now: "Listing sessions",
    past: "listed sessions",
    fields: ["query"],
  },
  session_read: session("Read session", "Reading session", "read", ["session", "sessions"], ["session"]),
  session_send: session("Message", "Writing to", "sent", ["message", "messages"], ["to"]),
  session_spawn: session("Start session", "Starting session", "started", ["session", "sessions"], ["title", "task"]),
  session_wait: { kind: "session", verb: "Wait", now: "Waiting", past: "waited", fields: ["for"] },
};

/** The form of a name in small letters, words joined by `_`, without the name of its server. */
const doingByForm: readonly (readonly [RegExp, Doing])[] = [
  [/^((run|exec|execute)_)?(bash|shell|terminal|command|cmd|script)(_(command|exec|run|tool))?$|^exec(ute)?$/, run],
  [/^(web_search|search_web|google_search|websearch)$/, webSearch],
  [/^((web_)?fetch|fetch_(url|page)|open_(url|page)|browse|webfetch)$/, open],
  [/^(read|view|cat|open|get)(_(text|file|files|document|notebook|contents))+$|^(read|view|cat)$/, read],
  [/^(write|create)(_(text|file|files|document))+$|^write$/, write],
  [/^(multi_?edit|edit|patch|apply_patch|apply_diff|str_replace)(_.*)?$|^(notebook|text)_edit(or)?$/, edit],
  [/^(list|ls)(_(dir|directory|files|folder))?$/, list],
  [/^(update_plan|plan|(write_todos?|todo_?write|todo_update|update_todos?))$/, plan],
  [/^(grep|glob|rg|search|find)(_(files?|code|text|content|in_files))*$/, find],
];

export function stepWords(name: string, input: unknown): StepWords {
  const doing = doingOf(name);
  if (doing === null) return { kind: "other", verb: name, object: summary(input) };
  const object = doing.kind === "plan" ? planWords(input) : objectOf(input, doing.fields);
  return { kind: doing.kind, verb: doing.verb, object: object ?? summary(input) };
}

/** Formats `Reading CHANGELOG.md`, for a call that has no result yet. */
export function stepNow(name: string, input: unknown): string {
  const doing = doingOf(name);
  if (doing === null) return `Using ${name}`;
  return `${doing.now} ${objectOf(input, doing.fields) ?? ""}`.replace(/( for)? $/, "");
}

export interface StepLine {
  readonly kind: StepKind;
  readonly words: string;
}

/** Formats `npm test`, `Reading CHANGELOG.md`, `deploy staging`: for a list, where the icon says what kind it is. */
export function stepLine(name: string, input: unknown): StepLine {
  const { kind, verb, object } = stepWords(name, input);
  if (kind === "run" && object !== "") return { kind, words: object };
  return { kind, words: kind === "other" ? `${verb.replaceAll("_", " ")} ${object}`.trim() : stepNow(name, input) };
}

/** Formats `read 4 files, edited 2, ran 1 command`: in the order they began, what is counted named once. */
export function runWords(calls: readonly { readonly call: Pick<Entry, "tool"> | null }[]): string {
  const counts = new Map<string, { readonly doing: Doing | null; readonly name: string; count: number }>();
  for (const { call } of calls) {
    const name = call?.tool?.name ?? "tool";
    const doing = doingOf(name);
    const key = doing === null ? `tool ${name}` : `${doing.past} ${doing.unit?.[1] ?? ""}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { doing, name, count: 1 });
  }
  let unitBefore = "";
  const words = [...counts.values()].map(({ doing, name, count }) => {
    const unit = doing?.unit?.[1] ?? "";
    const isSaid = unit !== "" && unit === unitBefore;
    unitBefore = unit;
    if (doing === null) return count === 1 ? name : `${name} ×${count}`;
    if (doing.unit === undefined) return count === 1 ? doing.past : `${doing.past} ${count} times`;
    return `${doing.past} ${count}${isSaid ? "" : ` ${doing.unit[count === 1 ? 0 : 1]}`}`;
  });
  return words.join(", ");
}

/** Returns the first words of the input that say what the call is about. */
function summary(input: unknown): string {
  if (typeof input === "string") return input.slice(0, shownLength);
  if (typeof input !== "object" || input === null) return "";
  const words = Object.values(input).filter((value) => typeof value === "string" || typeof value === "number");
  return oneLine(words.join(" · "));
}

function objectOf(input: unknown, fields: readonly string[]): string | null {
  if (typeof input !== "object" || input === null) return null;
  const record = input as Readonly<Record<string, unknown>>;
  for (const field of fields) {
    const value = record[field];
    if (typeof value === "string" && value !== "") return oneLine(value);
  }
  return null;
}

const shownLength = 160;

function oneLine(text: string): string {
  return text
    .slice(0, 4 * shownLength)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, shownLength);
}

function doingOf(name: string): Doing | null {
  if (Object.hasOwn(ownByName, name)) return ownByName[name] ?? null;
  const form = name
    .slice(0, shownLength)
    .replace(/^.*(?:__|[./:])/, "")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[\s-]+/g, "_")
    .toLowerCase();
  return doingByForm.find(([pattern]) => pattern.test(form))?.[1] ?? null;
}

function memory(verb: string, now: string, past: string, fields: readonly string[]): Doing {
  return { kind: "memory", verb, now, past, unit: ["memory", "memories"], fields };
}

function schedule(verb: string, now: string, past: string, fields: readonly string[]): Doing {
  return { kind: "schedule", verb, now, past, unit: ["schedule", "schedules"], fields };
}

function session(
  verb: string,
  now: string,
  past: string,
  unit: readonly [string, string],
  fields: readonly string[],
): Doing {
  return { kind: "session", verb, now, past, unit, fields };
}
