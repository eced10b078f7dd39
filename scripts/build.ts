/**
 * Builds what is out of date: the console (packages/console/dist) and the server bundle (dist/server). The bundle
 * is flat and starts about twice as fast as the sources: main.js, one file per `*-thread.ts` (a worker thread's
 * entry, found beside main.js under its own name), and shared chunks.
 */
import { copyFileSync, existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import react from "@vitejs/plugin-react";
import { build } from "vite";
import {
  type BuildName,
  buildByName,
  buildNames,
  hashBuild,
  hashPaths,
  isBuildFresh,
  markBuilt,
  readStamp,
  root,
  writeStamp,
} from "./stamp.mjs";

/** Native code, and code that starts its own threads by file name, must stay in node_modules. */
const external = ["better-sqlite3", "pg", "pino"];

/** Builds every part whose sources changed; a part that does not exist yet is skipped. Rejects when a build fails. */
export async function buildStale({ force = false } = {}): Promise<void> {
  for (const name of buildNames) {
    if (!existsSync(join(root, buildByName[name].entry))) continue;
    if (!force && isBuildFresh(name)) continue;
    const startedAt = performance.now();
    const hash = hashBuild(name);
    await buildPart[name]();
    markBuilt(name, hash);
    console.log(`reef: built the ${name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

const buildPart: Record<BuildName, () => Promise<unknown>> = {
  console: async () => {
    const folder = join(root, "packages/console");
    const hasConfig = existsSync(join(folder, "vite.config.ts"));
    await build({ root: folder, logLevel: "warn", ...(hasConfig ? {} : { plugins: [react()] }) });
    await buildFrame(folder);
  },
  server: () => bundleForNode([buildByName.server.entry, ...findThreads()], "dist/server"),
};

/**
 * Builds the document that draws diagrams. It changes seldom and takes as long as the console, whose build empties the
 * folder that both are served from: so it is kept outside, and built only when its own sources changed.
 */
async function buildFrame(folder: string): Promise<void> {
  const configFile = join(folder, "vite.frame.config.ts");
  if (!existsSync(configFile)) return;
  const page = "diagram-frame.html";
  const kept = join(root, ".cache/frame");
  const stamp = join(root, ".cache/build/frame");
  const inFolder = ["vite.frame.config.ts", page, "src/ui/diagram"].map((path) => `packages/console/${path}`);
  const hash = hashPaths([...inFolder, "package-lock.json"]);
  if (readStamp(stamp) !== hash || !existsSync(join(kept, page))) {
    await build({ root: folder, logLevel: "error", configFile, build: { outDir: kept, emptyOutDir: true } });
    writeStamp(stamp, hash);
  }
  copyFileSync(join(kept, page), join(folder, "dist", page));
}

/** Finds the entries of worker threads; paths are from the root. */
export function findThreads(): readonly string[] {
  return globSync("packages/*/src/**/*-thread.ts", { cwd: root, exclude: ["**/testing/**"] });
}

/** Bundles each file into one of the same name in `outDir`; shared code goes into chunks beside them. */
export async function bundleForNode(
  files: readonly string[],
  outDir: string,
  { emptyOutDir = true } = {},
): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: "node24",
      outDir,
      emptyOutDir,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(files.map((file) => [basename(file, ".ts"), join(root, file)])),
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
}

if (import.meta.main) {
  const { writeToolLists } = await import("./tool-lists.ts");
  writeToolLists();
  await buildStale({ force: process.argv.includes("--force") });
}
