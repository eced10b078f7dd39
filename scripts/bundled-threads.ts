/**
 * Gives tests a bundle of the worker threads and of the processes that they kill, built again for each run. From the
 * sources each start would load some 400 modules, 0.3 s every time, and the suites open a store hundreds of times.
 */
import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";
import { bundleForNode, findThreads } from "./build.ts";
import { root } from "./stamp.mjs";

const folder = ".cache/test/threads";

/** Bundles the entries, and makes every file that starts one by the name of its source start the bundle. */
export function bundledThreads(): Plugin {
  return {
    name: "bundled-threads",
    // The folder is not emptied: another run may be using it.
    buildStart: () =>
      bundleForNode(
        [...findThreads(), ...globSync("packages/*/src/testing/*-{process,thread}.ts", { cwd: root })],
        folder,
        {
          emptyOutDir: false,
        },
      ),
    transform: (code) =>
      /-(?:thread|process)\.ts"/.test(code)
        ? code.replace(/"\.\.?\/(?:testing\/)?([a-z-]+-(?:thread|process))\.ts"/g, (_, name: string) => bundle(name))
        : undefined,
  };
}

function bundle(name: string): string {
  return JSON.stringify(pathToFileURL(join(root, folder, `${name}.js`)).href);
}
