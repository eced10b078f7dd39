/**
 * For tests: worker threads run from a bundle of the sources, made anew for each run. A thread loads some 400 modules
 * from the sources, 0.3 s each time, and the suites open a store hundreds of times.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";
import { bundleForNode, findThreads } from "./build.ts";
import { root } from "./stamp.mjs";

const folder = ".cache/test/threads";

/** Bundles the threads, and has every file that starts one by the name of its source start the bundle. */
export function bundledThreads(): Plugin {
  return {
    name: "bundled-threads",
    buildStart: () => bundleForNode(findThreads(), folder),
    transform: (code) =>
      code.includes('-thread.ts"')
        ? code.replace(/"\.\/([a-z-]+-thread)\.ts"/g, (_, name: string) => JSON.stringify(bundle(name)))
        : undefined,
  };
}

function bundle(name: string): string {
  return pathToFileURL(join(root, folder, `${name}.js`)).href;
}
