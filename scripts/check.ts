/**
 * Runs every check, or those named as arguments, in parallel, and prints one line per check with its problems below.
 */
import { checkAmbient } from "./check/ambient.ts";
import { checkArrows } from "./check/arrows.ts";
import { checkBiome } from "./check/biome.ts";
import { checkControls } from "./check/controls.ts";
import { checkDependencies } from "./check/dependencies.ts";
import { checkDescriptions } from "./check/descriptions.ts";
import { checkExports } from "./check/exports.ts";
import { checkNames } from "./check/names.ts";
import { checkScale } from "./check/scale.ts";
import { checkSizes } from "./check/sizes.ts";
import { checkSuites } from "./check/suites.ts";
import type { Run } from "./check/tool.ts";
import { checkToolLists } from "./check/tool-lists.ts";
import { type Problem, readTree, type Tree } from "./check/tree.ts";
import { checkTypes } from "./check/types.ts";
import { checkWords } from "./check/words.ts";
import { checkWrites } from "./check/writes.ts";
import { root } from "./stamp.mjs";

const overTools: Readonly<Record<string, (root: string) => Promise<Run>>> = {
  biome: checkBiome,
  types: checkTypes,
  tools: checkToolLists,
};

const overTree: Readonly<Record<string, (tree: Tree) => Problem[]>> = {
  arrows: checkArrows,
  ambient: checkAmbient,
  names: checkNames,
  exports: checkExports,
  sizes: checkSizes,
  suites: checkSuites,
  scale: checkScale,
  controls: checkControls,
  dependencies: checkDependencies,
  descriptions: checkDescriptions,
  words: checkWords,
  writes: checkWrites,
};

const startedAt = performance.now();
const wanted = process.argv.slice(2);
const isWanted = ([name]: readonly [string, unknown]) => wanted.length === 0 || wanted.includes(name);
const known = [...Object.keys(overTools), ...Object.keys(overTree)];
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no check named ${unknown.join(", ")}; there are ${known.join(", ")}`);

const running = Object.entries(overTools)
  .filter(isWanted)
  .map(async ([name, check]) => print(name, await check(root)));
const tree = readTree(root);
const treeRuns = Object.entries(overTree)
  .filter(isWanted)
  .map(([name, check]) => print(name, problemsToRun(check(tree))));
const results = [...treeRuns, ...(await Promise.all(running))];

const failed = results.filter((ok) => !ok).length;
console.log(`${failed === 0 ? "all checks passed" : `${failed} of ${results.length} checks failed`} in ${elapsed()} s`);
process.exitCode = failed === 0 ? 0 : 1;

function print(name: string, { ok, output }: Run): boolean {
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${elapsed()} s)`);
  if (!ok) console.log(output.trimEnd().replaceAll(/^/gm, "     "));
  return ok;
}

function problemsToRun(problems: readonly Problem[]): Run {
  const lines = problems.map(({ path, line, text }) => `${path}${line ? `:${line}` : ""}  ${text}`);
  return { ok: problems.length === 0, output: lines.join("\n") };
}

function elapsed(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
