/**
 * Parses sources with Vite's own parser, which is exact about strings, comments and types where text patterns are not. Each
 * file is parsed once, however many checks use it.
 */
import { parseSync } from "vite";
import type { SourceFile } from "./tree.ts";

/** The parts of a syntax node that the checks read. */
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

type EcmaScriptModule = ReturnType<typeof parseSync>["module"];

interface Syntax {
  readonly module: EcmaScriptModule;
  readonly statements: readonly Node[];
  readonly nodes: readonly Node[];
}

/** Parsing takes longer than all the checks together. */
const syntaxByFile = new WeakMap<SourceFile, Syntax>();

/** Returns the names that a file imports and exports, types included. */
export function moduleOf(file: SourceFile): EcmaScriptModule {
  return syntaxOf(file).module;
}

export function statementsOf(file: SourceFile): readonly Node[] {
  return syntaxOf(file).statements;
}

/** Returns every node of a file, parents first. */
export function nodesOf(file: SourceFile): readonly Node[] {
  return syntaxOf(file).nodes;
}

/** Returns everything a file imports or re-exports, types and `import()` of a literal included. */
export function importsOf(file: SourceFile): Import[] {
  return nodesOf(file).flatMap(({ type, source, start }) =>
    importing.has(type) && typeof source?.value === "string" ? [{ start, specifier: source.value }] : [],
  );
}

function syntaxOf(file: SourceFile): Syntax {
  const known = syntaxByFile.get(file);
  if (known) return known;
  const parsed = parseSync(file.path, file.text);
  if (parsed.errors[0]) throw new Error(`cannot parse ${file.path}: ${parsed.errors[0].message}`);
  const statements = parsed.program.body as unknown as readonly Node[];
  const nodes: Node[] = [];
  collectNodes(statements, nodes);
  const syntax = { module: parsed.module, statements, nodes };
  syntaxByFile.set(file, syntax);
  return syntax;
}

function collectNodes(value: unknown, nodes: Node[]): void {
  if (Array.isArray(value)) for (const item of value) collectNodes(item, nodes);
  else if (typeof value === "object" && value !== null) {
    if ("type" in value && "start" in value) nodes.push(value as Node);
    for (const key in value) collectNodes((value as Record<string, unknown>)[key], nodes);
  }
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
