/** Parses sources with Vite's own parser: exact about strings, comments and types, where text patterns are not. */
import { parseSync } from "vite";
import type { SourceFile } from "./tree.ts";

/** The parts of a syntax node that the checks look at. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly name?: string;
  readonly kind?: string;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
  readonly declaration?: Node | null;
  readonly source?: Node | null;
  readonly value?: unknown;
}

export interface Import {
  readonly specifier: string;
  readonly start: number;
}

const importing = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

export function parseFile(file: SourceFile): ReturnType<typeof parseSync> {
  const parsed = parseSync(file.path, file.text);
  if (parsed.errors[0]) throw new Error(`cannot parse ${file.path}: ${parsed.errors[0].message}`);
  return parsed;
}

export function statementsOf(file: SourceFile): readonly Node[] {
  return parseFile(file).program.body as unknown as readonly Node[];
}

/** Everything a file imports or exports from elsewhere, types and `import()` of a literal included. */
export function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  visit(statementsOf(file), ({ type, source, start }) => {
    if (importing.has(type) && typeof source?.value === "string") imports.push({ start, specifier: source.value });
  });
  return imports;
}

/** Calls `onNode` with every node, parents first. */
export function visit(value: unknown, onNode: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, onNode);
  else if (typeof value === "object" && value !== null) {
    if ("type" in value && "start" in value) onNode(value as Node);
    for (const child of Object.values(value)) visit(child, onNode);
  }
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
