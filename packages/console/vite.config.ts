import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const libraries =
  /node_modules[\\/](react|react-dom|scheduler|virtua|tinykeys|@tanstack|use-sync-external-store|marked|dompurify|remend)[\\/]/;
const own = /packages[\\/](client|protocol|console)[\\/]src|vite[\\/]preload-helper/;
/** What a browser has before a session stands on the screen: the page, and the Markdown that its transcript loads. */
const firstModules = /console[\\/]src[\\/](main|markdown[\\/]RenderedMarkdown)\.tsx$/;

// Everything the page loads is a file of its own origin: the server's policy allows no inline script, style or data URL.
export default defineConfig({
  plugins: [react()],
  // Scripts find each other by where they are themselves, so that the console can be served below another path.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }),
  },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What several parts share is one file: thirty small ones compress 5 KB worse, and the first load has a limit. What
    // only parts share that are loaded later is another file, which the first load does not wait for.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              debugName: "page or later",
              name: (id, graph) => (isOfFirstLoad(id, graph) ? "page" : "later"),
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
