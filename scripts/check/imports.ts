/** Reads once, for all checks, which file imports what. */
import { posix } from "node:path";
import { importsOf, lineAt } from "./syntax.ts";
import { isScript, type Tree } from "./tree.ts";

export interface ImportOf {
  readonly specifier: string;
  readonly line: number;
  /** Path of the imported file, when the import is relative. */
  readonly target: string | undefined;
}

/** Imports by path, types and `import()` included. */
export type Imports = ReadonlyMap<string, readonly ImportOf[]>;

export function readImports(tree: Tree): Imports {
  return new Map(
    tree.files
      .filter(({ path }) => isScript(path))
      .map((file) => [
        file.path,
        importsOf(file).map(({ specifier, start }) => ({
          specifier,
          line: lineAt(file.text, start),
          target: targetOf(file.path, specifier),
        })),
      ]),
  );
}

function targetOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ""));
}
