/**
 * Reads the fields of a task's file in every style there is: YAML front matter, `**Status:** pending`, `**Status**:
 * pending`, the unclosed `**Status: pending`, plain `Status: pending`, items of a list, rows of a table, and a heading
 * with its value below. The first of a name counts; a status is looked for only where the file speaks of itself.
 */
import { parseDocument } from "yaml";
import { type Line, plainText, readLines } from "./lines.ts";

export interface Fields {
  /** By name in lower case, as first found. */
  readonly byName: ReadonlyMap<string, Field>;
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  readonly body: readonly Line[];
  /** What is odd, in words for people. */
  readonly problems: readonly string[];
}

export interface Field {
  /** As the file writes it. */
  readonly name: string;
  readonly value: string;
  /** The line in the file, from 0; null for front matter. */
  readonly line: number | null;
  readonly style: "bold" | "unclosed" | "plain" | "table" | "heading" | "front matter";
}

const longestName = 40;
const longestValue = 500;

export function readFields(text: string): Fields {
  const { frontMatter, rest, firstLine, problem } = splitFrontMatter(text);
  const lines = readLines(rest).map((line) => ({ ...line, at: line.at + firstLine }));
  const byName = new Map<string, Field>();
  const problems: string[] = problem === null ? [] : [problem];
  for (const [index, line] of lines.entries()) {
    if (line.isQuoted) continue;
    for (const field of fieldsOfLine(line, lines[index + 1])) {
      const key = field.name.toLowerCase();
      if (byName.has(key) || (isOfItself(key) && !speaksOfItself(line))) continue;
      byName.set(key, field);
      if (field.style === "unclosed") problems.push(`“${field.name}” is written in bold that isn't closed`);
    }
  }
  return { byName, frontMatter, body: lines, problems };
}

/** Below other headings, these are facts about something else. */
function isOfItself(key: string): boolean {
  return key === "status" || key === "priority";
}

function speaksOfItself({ section, level }: Line): boolean {
  return (
    section === null ||
    level === 2 ||
    /^(status|priority|meta(data)?|details?|overview|summary|info(rmation)?|task|header|properties|fields)\b/i.test(
      plainText(section),
    )
  );
}

function* fieldsOfLine({ text, at, level }: Line, next: Line | undefined): Generator<Field> {
  if (level > 0) {
    // “## Status”, and the value on the next line that has one.
    const name = plainText(text.replace(/^[\s#]+/, ""));
    const value = next === undefined || next.level > 0 ? "" : next.text.trim();
    if (/^(status|priority|created)$/i.test(name) && isValueLine(value))
      yield { name, value: cut(plainText(value)), line: at + 1, style: "heading" };
    return;
  }
  const line = text.replace(/^\s*(?:[-*+]\s+|>\s*)?(?=\S)/, "");
  // Several on one line: “**Status:** pending | **Priority:** HIGH”.
  const closed = [...line.matchAll(/\*\*([^*:|]{1,40}?)\s*(?::\s*\*\*|\*\*\s*:)\s*((?:(?!\s\|\s\*\*|\s{2,}\*\*).)*)/g)];
  if (line.startsWith("**") && closed.length > 0) {
    for (const [, name = "", value = ""] of closed) yield { ...named(name, value), line: at, style: "bold" };
    return;
  }
  const unclosed = /^\*\*([^*:]{1,40}?)\s*:\s*([^*]+)$/.exec(line);
  if (unclosed !== null) {
    yield { ...named(unclosed[1] ?? "", unclosed[2] ?? ""), line: at, style: "unclosed" };
    return;
  }
  const row = /^\|\s*\**([^|*:]{1,40}?):?\**\s*\|\s*([^|]*?)\s*\|\s*$/.exec(line);
  if (row !== null && !/^[-: ]*$/.test(row[2] ?? "")) {
    yield { ...named(row[1] ?? "", row[2] ?? ""), line: at, style: "table" };
    return;
  }
  const plain =
    /^(Status|Priority|Created|Completed|Type|Project|Category|Agent|Parent|Goal|Plan|Task ID)\s*:\s+(\S.*)$/i.exec(
      text,
    );
  if (plain !== null) yield { ...named(plain[1] ?? "", plain[2] ?? ""), line: at, style: "plain" };
}

function isValueLine(value: string): boolean {
  return value !== "" && value.length <= 80 && !/^([-*+]\s|#|\||\*\*[^*]+:)/.test(value);
}

function named(name: string, value: string): Pick<Field, "name" | "value"> {
  return { name: plainText(name).slice(0, longestName), value: cut(plainText(value)) };
}

function cut(value: string): string {
  return value.slice(0, longestValue).toWellFormed();
}

interface Split {
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  readonly rest: string;
  readonly firstLine: number;
  readonly problem: string | null;
}

function splitFrontMatter(text: string): Split {
  const found = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  const none = { frontMatter: null, rest: text, firstLine: 0 };
  if (found === null) return { ...none, problem: null };
  const rest = text.slice(found[0].length);
  const firstLine = found[0].split("\n").length - 1;
  try {
    const document = parseDocument(found[1] ?? "", { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    // A rule at the start of a file, and not front matter, if there are no fields between it and the next.
    if (typeof value !== "object" || value === null || Array.isArray(value)) return { ...none, problem: null };
    return { frontMatter: value as Readonly<Record<string, unknown>>, rest, firstLine, problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0]?.slice(0, 200) : "";
    return { frontMatter: null, rest, firstLine, problem: `the front matter is not YAML: ${reason}` };
  }
}

/** Returns a value of the front matter as text; null if it has none under these names. */
export function frontText({ frontMatter }: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = frontMatter?.[name];
    if (typeof value === "string" && value.trim() !== "") return cut(value.trim());
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (value instanceof Date) return value.toISOString();
  }
  return null;
}

/** Returns the value that the body has under one of these names. */
export function bodyField({ byName }: Fields, ...names: readonly string[]): Field | null {
  for (const name of names) {
    const found = byName.get(name);
    if (found !== undefined && found.value !== "") return found;
  }
  return null;
}
