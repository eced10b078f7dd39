/**
 * Keeps the stores equal: what every store must do is tested in `store/src/suites`, which opens the store of the run and
 * names none. A suite of the engine's ports that another file of the store runs would pass on one store only.
 */
import type { Problem, Tree } from "./tree.ts";

const suites = "packages/store/src/suites/";
/** Drives the same writes over a database that answers later; no store of its own. */
const exceptions = new Set(["packages/store/src/sqlite/asynchronous.test.ts"]);

export function checkSuites(tree: Tree): Problem[] {
  return tree.files.flatMap(({ path, text }) => {
    if (!path.startsWith("packages/store/src/")) return [];
    const problems: Problem[] = [];
    for (const [index, line] of text.split("\n").entries()) {
      const [, target] = /(?:from|import\()\s*"([^"]+)"/.exec(line) ?? [];
      if (target === undefined) continue;
      if (path.startsWith(suites)) {
        if (/^\.\.\/(sqlite|postgres)\//.test(target))
          problems.push({ path, line: index + 1, text: `names a store (${target}): open it with store-under-test.ts` });
      } else if (target.endsWith(".conformance") && !exceptions.has(path)) {
        const text = `runs a suite of every store on one (${target}): move it to ${suites}`;
        problems.push({ path, line: index + 1, text });
      }
    }
    return problems;
  });
}
