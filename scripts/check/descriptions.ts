/** Keeps a package's description true: the names it lists after a colon are folders of its `src`. */
import type { Problem, Tree } from "./tree.ts";

export function checkDescriptions(tree: Tree): Problem[] {
  const folders = new Set(tree.files.flatMap(({ path }) => /^packages\/[^/]+\/src\/[^/]+(?=\/)/.exec(path)?.[0] ?? []));
  return [...tree.manifestByPackage]
    .filter(([name]) => name !== "")
    .flatMap(([name, { description = "" }]) =>
      listed(description)
        .filter((word) => !folders.has(`packages/${name}/src/${word}`))
        .map((word) => ({
          path: `packages/${name}/package.json`,
          text: `the description lists “${word}”, and there is no folder src/${word}`,
        })),
    );
}

function listed(description: string): readonly string[] {
  const [, list] = /:([^:]*)$/.exec(description) ?? [];
  return list === undefined ? [] : list.split(/,| and /).map((word) => word.trim().replace(/\.$/, ""));
}
