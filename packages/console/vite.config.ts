import { globSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const libraries =
  /node_modules[\\/](react|react-dom|scheduler|virtua|tinykeys|@tanstack|use-sync-external-store|marked|dompurify|remend)[\\/]/;
const own = /packages[\\/](client|protocol|console)[\\/]src|vite[\\/]preload-helper/;
/** Reached through the first load's own barrels, and used by none of it. */
const laterLibraries = /(infiniteQueryObserver|mutationObserver|useMutation|useInfiniteQuery)\.js$/;
/** What a browser has before a session stands on the screen: the page, and the Markdown that its transcript loads. */
const firstModules = /console[\\/]src[\\/](main|markdown[\\/]RenderedMarkdown)\.tsx$/;

// Everything the page loads is a file of its own origin: the server's policy allows no inline script, style or data URL.
export default defineConfig({
  plugins: [react()],
  // Scripts find each other by where they are themselves, so that the console can be served below another path.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }),
  },
  css: { modules: { generateScopedName: shortName } },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    // Of a later part only its styles: its scripts name each other, and the list of both is 1 KB of the first load.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, deps, { hostType }) =>
        hostType === "html" ? deps : deps.filter((path) => path.endsWith(".css")),
    },
    // What several parts share is one file: thirty small ones compress 5 KB worse, and the first load has a limit. What
    // only parts share that are loaded later is another file, which the first load does not wait for.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              debugName: "page or later",
              name: (id, graph) => (!laterLibraries.test(id) && isOfFirstLoad(id, graph) ? "page" : "later"),
              test: (id) => libraries.test(id) || own.test(id),
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
});

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}

/** Whether a chain of plain imports leads to it from what is loaded first; `import()` ends a chain. */
function isOfFirstLoad(id: string, graph: ModuleGraph): boolean {
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

/** A class is named by its place among all, the same in every build. Names by hash cost the first load 2 KB: they don't compress. */
function shortName(name: string, file: string): string {
  const names = namesByFile.get(file) ?? [];
  namesByFile.set(file, names);
  if (!names.includes(name)) names.push(name);
  return `_${styleFiles.indexOf(resolve(file)).toString(36)}-${names.indexOf(name).toString(36)}`;
}
