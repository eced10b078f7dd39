/**
 * Builds a small tree in memory for tests of the checks: it has no problems itself, so that one change is one problem.
 */
import type { Manifest, Tree } from "./tree.ts";

const manifestByPackage: Readonly<Record<string, Manifest>> = {
  "": { name: "reef", devDependencies: { vitest: "5.0.0" } },
  protocol: { name: "@reef/protocol", dependencies: { zod: "4.0.0" } },
  engine: { name: "@reef/engine", dependencies: { "@reef/protocol": "0.1.0", uuid: "14.0.0" } },
  store: { name: "@reef/store", dependencies: { "@reef/engine": "0.1.0", kysely: "0.29.0" } },
  console: { name: "@reef/console", dependencies: { "@reef/client": "0.1.0", react: "19.0.0" } },
};

const dependencyDoc = ["vitest", "zod", "uuid", "kysely", "react"]
  .map((name) => `| \`${name}\` | x | y | z |`)
  .join("\n");

/** Takes files as text by path; `changes` replaces other parts of the tree. */
export function makeTree(textByPath: Readonly<Record<string, string>>, changes: Partial<Tree> = {}): Tree {
  return {
    files: Object.entries(textByPath).map(([path, text]) => ({ path, text })),
    manifestByPackage: new Map(Object.entries(manifestByPackage)),
    dependencyDoc,
    ...changes,
  };
}
