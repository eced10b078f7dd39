/** Keeps docs/dependencies.md true: every third-party dependency has a row, and every row a dependency. */
import type { Problem, Tree } from "./tree.ts";

const path = "docs/dependencies.md";

export function checkDependencies(tree: Tree): Problem[] {
  const documented = documentedNames(tree.dependencyDoc);
  const used = new Map<string, string>();
  for (const [name, manifest] of tree.manifestByPackage) {
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (!dependency.startsWith("@reef/")) used.set(dependency, name === "" ? "the root" : `packages/${name}`);
    }
  }
  const missing = [...used].filter(([name]) => !documented.has(name));
  const stale = [...documented].filter((name) => !used.has(name));
  return [
    ...missing.map(([name, where]) => ({ path, text: `no row for \`${name}\`, which ${where} depends on` })),
    ...stale.map((name) => ({ path, text: `a row for \`${name}\`, which nothing depends on` })),
  ];
}

/** Reads the names in backquotes from the first cell of each table row. */
function documentedNames(markdown: string): Set<string> {
  const cells = markdown.split("\n").flatMap((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? []);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "")));
}
