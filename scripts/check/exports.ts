/**
 * Finds exports that no file imports by name: they look like a contract, but nothing depends on them. A file that loads
 * another as a whole (`import()`, `import * as`) uses the exports that its own text names. A type that its own file uses
 * may be exported: it names a part of what others do import.
 */
import { posix } from "node:path";
import { importsOf, lineAt, moduleOf, nodesOf } from "./syntax.ts";
import { isScript, type Problem, type SourceFile, type Tree } from "./tree.ts";

/** Exports that a tool calls by name: vitest's global set-up. */
const calledByTools = new Set(["setup", "teardown"]);

export function checkExports(tree: Tree): Problem[] {
  const files = tree.files.filter(({ path }) => isScript(path));
  const paths = new Set(files.map(({ path }) => path));
  const used = new Set(files.flatMap((file) => namesUsedBy(file, paths)));
  return files.flatMap((file) =>
    exportsOf(file)
      .filter(({ name }) => !used.has(`${file.path} ${name}`) && !calledByTools.has(name))
      .filter(({ name, isType }) => !isType || isOnlyDeclared(file, name))
      .map(({ name, start }) => ({
        path: file.path,
        line: lineAt(file.text, start),
        text: `exports "${name}", which no file imports: delete it, or the word "export" alone`,
      })),
  );
}

interface Export {
  readonly name: string;
  readonly start: number;
  readonly isType: boolean;
}

function exportsOf(file: SourceFile): Export[] {
  const named = moduleOf(file)
    .staticExports.flatMap(({ entries }) => entries)
    .flatMap(({ start, isType, exportName: { kind, name } }) =>
      kind === "Name" && name !== null ? [{ name, start, isType }] : [],
    );
  // A schema and its type share one name.
  const types = new Set(named.filter(({ isType }) => isType).map(({ name }) => name));
  return named.filter(({ name, isType }) => isType || !types.has(name));
}

/** True when its own file does not use the name; a schema's type does not count as a use. */
function isOnlyDeclared(file: SourceFile, name: string): boolean {
  const uses = nodesOf(file).filter((node) => node.type === "Identifier" && node.name === name);
  const isSchema = moduleOf(file).staticExports.some(({ entries }) =>
    entries.some(({ isType, exportName }) => !isType && exportName.name === name),
  );
  return uses.length <= (isSchema ? 3 : 1);
}

/** Returns each as its file's path and its name. */
function namesUsedBy(file: SourceFile, paths: ReadonlySet<string>): string[] {
  const { staticImports, staticExports } = moduleOf(file);
  const byName = [
    ...staticImports.flatMap(({ moduleRequest, entries }) =>
      entries.map(({ importName }) => ({ specifier: moduleRequest.value, importName })),
    ),
    ...staticExports
      .flatMap(({ entries }) => entries)
      .flatMap(({ moduleRequest, importName }) =>
        moduleRequest === null ? [] : [{ specifier: moduleRequest.value, importName }],
      ),
  ];
  const named = byName.flatMap(({ specifier, importName: { kind, name } }) =>
    kind === "Name" && name !== null ? [{ specifier, name }] : [],
  );
  const counted = new Set(byName.filter(({ importName: { kind } }) => kind === "Name").map((one) => one.specifier));
  const whole = importsOf(file).filter(({ specifier, start }) => !counted.has(specifier) || isLoad(file.text, start));
  const words = whole.length > 0 ? [...new Set(file.text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu))] : [];
  return [...named, ...whole.flatMap(({ specifier }) => words.map((name) => ({ specifier, name })))].flatMap(
    ({ specifier, name }) => {
      const target = targetOf(file.path, specifier, paths);
      return target === undefined ? [] : [`${target} ${name}`];
    },
  );
}

/** True for `import("…")`, as a call or as a type. */
function isLoad(text: string, start: number): boolean {
  return /^import\s*\(/.test(text.slice(start, start + 20));
}

/** Returns the file of ours that a specifier resolves to. */
function targetOf(path: string, specifier: string, paths: ReadonlySet<string>): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ""));
  const own = /^@reef\/([^/]+)\/(.+)$/.exec(specifier);
  if (!own) return undefined;
  const stem = `packages/${own[1]}/src/${own[2]}`;
  return [`${stem}.ts`, `${stem}.tsx`].find((one) => paths.has(one));
}
