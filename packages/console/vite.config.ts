import { globSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { cutFont } from "./cut-font.ts";

const libraries =
  /node_modules[\\/](react|react-dom|scheduler|virtua|tinykeys|@tanstack|use-sync-external-store|marked|dompurify|remend)[\\/]/;
const own = /packages[\\/](client|protocol|console)[\\/]src|vite[\\/]preload-helper/;
/** The first load's own barrels import these, but nothing in it uses them. */
const laterLibraries = /(infiniteQueryObserver|mutationObserver|useMutation|useInfiniteQuery)\.js$/;
/**
 * Modules that a browser needs before a session is on the screen: the page, and the Markdown that its transcript loads.
 */
const startModule = /console[\\/]src[\\/]app[\\/]main\.tsx$/;
const firstModules = /console[\\/]src[\\/](app[\\/]main|ui[\\/]markdown[\\/]RenderedMarkdown)\.tsx$/;

// Everything the page loads is a file of its own origin: the server's policy allows no inline script, style or data URL.
export default defineConfig({
  plugins: [react(), cutFont()],
  // Scripts find each other relative to themselves, so that the console can be served below another path.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }),
  },
  css: { modules: { generateScopedName: shortName } },
  build: {
    target: "es2023",
    // These know light-dark(), oklch() and :dir() themselves: rewritten for older ones, the theme alone is 2 KB more.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    // Only the styles of a later part: its scripts name each other, and the list of both is 1 KB of the first load.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, deps, { hostType }) =>
        hostType === "html" ? deps : deps.filter((path) => path.endsWith(".css")),
    },
    // The first load is one file. What several later parts share is another, which the first load does not wait for: each
    // further file costs the first load a list of names, and small files compress worse. The first load has a limit.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { debugName: "page", name: (id, graph) => (mayMove(id) && isOfFirstLoad(id, graph) ? "page" : null) },
            { name: "later", test: mayMove, minShareCount: 2 },
          ],
        },
      },
    },
  },
});

/** The start itself may not move: it waits for answers, and later parts that load in the meantime would wait for it. */
function mayMove(id: string): boolean {
  return libraries.test(id) || (own.test(id) && !startModule.test(id));
}

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}

/** True if a chain of plain imports leads to it from the first modules; `import()` ends a chain. */
function isOfFirstLoad(id: string, graph: ModuleGraph): boolean {
  if (laterLibraries.test(id)) return false;
  const seen = new Set([id]);
  for (const each of seen) {
    if (firstModules.test(each)) return true;
    for (const importer of graph.getModuleInfo(each)?.importers ?? []) seen.add(importer);
  }
  return false;
}

const styleFiles = globSync("src/**/*.module.css", { cwd: import.meta.dirname })
  .map((file) => resolve(import.meta.dirname, file))
  .sort();
const namesByFile = new Map<string, string[]>();

/**
 * Names a class by its position among all, the same in every build. Names by hash cost the first load 2 KB, because they don't
 * compress.
 */
function shortName(name: string, file: string): string {
  const names = namesByFile.get(file) ?? [];
  namesByFile.set(file, names);
  if (!names.includes(name)) names.push(name);
  return `_${styleFiles.indexOf(resolve(file)).toString(36)}-${names.indexOf(name).toString(36)}`;
}
