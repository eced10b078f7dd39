/** Keeps files short enough to read in one sitting: 500 lines, tests 800. Migrations and generated files are exempt. */
import { isTest, type Problem, type Tree } from "./tree.ts";

const productLimit = 500;
const testLimit = 800;

export function checkSizes(tree: Tree): Problem[] {
  return tree.files
    .filter(({ path }) => !/\/migrations\//.test(path))
    .flatMap(({ path, text }) => {
      const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
      const limit = isTest(path) ? testLimit : productLimit;
      return lines > limit ? [{ path, text: `${lines} lines; at most ${limit}. Split it along its concepts.` }] : [];
    });
}
