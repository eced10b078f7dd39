/**
 * Makes the fault matrix of docs/reliability.md. A row names its tests by the file and by the beginning of their names;
 * the whole names, and the rules that they show, are read from the suites. So a row cannot outlive its test.
 */

/** What is lost and what runs twice is nothing in every row, or the row says what. */
export interface Fault {
  readonly fault: string;
  /** What the person sees. */
  readonly sees: string;
  /** Nothing, unless it is said. */
  readonly lost?: string;
  /** Nothing, unless it is said. */
  readonly twice?: string;
  readonly tests: readonly TestRef[];
}

export interface TestRef {
  readonly path: string;
  /** Words that exactly one test's name of the file has. */
  readonly words: string;
}

export interface Section {
  readonly title: string;
  readonly faults: readonly Fault[];
}

const [start, end] = ["<!-- matrix: made by scripts/docs/reliability.test.ts -->", "<!-- end of matrix -->"];

/** Returns the page with its current matrix. Throws for a row whose test is not there, or is not the only one. */
export function withMatrix(page: string, sections: readonly Section[], read: (path: string) => string): string {
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`expected “${start}” and “${end}” in the page`);
  const tables = sections.map((section) => sectionToText(section, read));
  return `${before}${start}\n\n${tables.join("\n\n")}\n\n${end}${after}`;
}

function sectionToText({ title, faults }: Section, read: (path: string) => string): string {
  const rows = faults.map(({ fault, sees, lost = "nothing", twice = "nothing", tests }) => {
    const names = tests.map((test) => ({ ...test, name: findTest(test, read) }));
    const rules = [...new Set(names.flatMap(({ name, path }) => rulesOf(name, read(path))))].join(", ");
    const shown = names.map(({ path, name }) => `[${toCell(name)}](../${path})`).join("<br>");
    return `| ${[fault, sees, lost, twice, rules, shown].join(" | ")} |`;
  });
  return [
    `### ${title}`,
    "",
    "| what goes wrong | what the person sees | what is lost | what runs twice | rules | shown by |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

const testName = /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1/g;

export function testNames(source: string): readonly string[] {
  return [...source.matchAll(testName)].map(([, , name = ""]) => name.replaceAll('\\"', '"'));
}

function findTest({ path, words }: TestRef, read: (path: string) => string): string {
  const found = testNames(read(path)).filter((name) => name.includes(words));
  const [name] = found;
  if (name === undefined) throw new Error(`no test of ${path} has “${words}” in its name`);
  if (found.length > 1) throw new Error(`${found.length} tests of ${path} have “${words}” in their names`);
  return name;
}

/** A test without a rule in its name may stand in a suite that has one. */
function rulesOf(name: string, source: string): readonly string[] {
  const suite = /\bdescribe\("([^"]*)"/.exec(source)?.[1] ?? "";
  const rules = (text: string) => /^((?:[A-Z]{2}\d+)(?:, [A-Z]{2}\d+)*):/.exec(text)?.[1]?.split(", ");
  return rules(name) ?? rules(suite) ?? [];
}

function toCell(name: string): string {
  return name.replace(/\$\{\w+\}/g, "N").replace(/[|[\]]/g, "\\$&");
}
