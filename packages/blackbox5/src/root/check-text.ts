/** Checks that a file of YAML or JSON can be read at all, and counts what is inside where that is the point of it. */
import { parseAllDocuments } from "yaml";
import type { FileKind } from "./kinds.ts";

export interface Checked {
  /** Why it can't be read; null if it can. */
  readonly reason: string | null;
  /** What is inside, by kind. */
  readonly inside: Readonly<Record<string, number>>;
}

const nothing: Checked["inside"] = {};
const counted: ReadonlySet<FileKind | null> = new Set<FileKind>(["decisionRegistries", "queues"]);
/** What YAML forbids, and terminals leave in logs. */
const control = /[^\P{Cc}\t\n\r\u0085]/u;

export function checkText(
  text: string,
  { path, kind }: { readonly path: string; readonly kind: FileKind | null },
): Checked {
  if (/\.ya?ml$/i.test(path)) return checkYaml(text, kind);
  if (/\.json$/i.test(path)) return checkJson(text, kind);
  return { reason: null, inside: nothing };
}

function checkYaml(text: string, kind: FileKind | null): Checked {
  const found = control.exec(text);
  if (found !== null) {
    const line = text.slice(0, found.index).split("\n").length;
    return { reason: `not YAML: line ${line} holds a control character`, inside: nothing };
  }
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: true, logLevel: "silent" });
    if (!Array.isArray(documents)) return { reason: null, inside: nothing };
    for (const { errors } of documents) {
      const [error] = errors;
      if (error !== undefined) return { reason: `not YAML: ${oneLine(error.message)}`, inside: nothing };
    }
    // An alias without an anchor, which Markdown's `**bold**` is, is found only when the values are made.
    const isMade = counted.has(kind) || /[:\-[{,]\s+\*/.test(text);
    const values = isMade ? documents.map((document): unknown => document.toJS({ maxAliasCount: 100 })) : [];
    return { reason: null, inside: kind === null ? nothing : countInside(values, kind) };
  } catch (error) {
    return { reason: `not YAML: ${oneLine(error instanceof Error ? error.message : "")}`, inside: nothing };
  }
}

function checkJson(text: string, kind: FileKind | null): Checked {
  try {
    const value: unknown = JSON.parse(text);
    return { reason: null, inside: kind === null ? nothing : countInside([value], kind) };
  } catch (error) {
    return { reason: `not JSON: ${oneLine(error instanceof Error ? error.message : "")}`, inside: nothing };
  }
}

function countInside(values: readonly unknown[], kind: FileKind): Checked["inside"] {
  const [first] = values;
  switch (kind) {
    case "decisionRegistries":
      return { decisions: values.reduce((sum: number, value) => sum + lengthOf(value, "decisions"), 0) };
    case "queues":
      return { queueRows: lengthOf(first, "tasks") };
    case "hindsightMemories":
      return { memories: Array.isArray(first) ? first.length : 0 };
    case "agentMemories":
      return { memories: Array.isArray(first) ? first.length : 0 };
    case "openclawConfigs":
      return { topics: topicsOf(first) };
    default:
      return nothing;
  }
}

function lengthOf(value: unknown, name: string): number {
  const list = Array.isArray(value) ? value : fieldOf(value, name);
  return Array.isArray(list) ? list.length : 0;
}

/** Topics of forum groups that have a prompt of their own. */
function topicsOf(value: unknown): number {
  const groups = fieldOf(fieldOf(fieldOf(value, "channels"), "telegram"), "groups");
  if (typeof groups !== "object" || groups === null) return 0;
  return Object.values(groups).reduce((sum: number, group: unknown) => {
    const topics = fieldOf(group, "topics");
    if (typeof topics !== "object" || topics === null) return sum;
    return (
      sum + Object.values(topics).filter((topic: unknown) => typeof fieldOf(topic, "systemPrompt") === "string").length
    );
  }, 0);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
}
