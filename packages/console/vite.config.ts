import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const libraries = /node_modules[\\/](react|react-dom|scheduler|virtua|tinykeys|@tanstack|use-sync-external-store)[\\/]/;
const own = /packages[\\/](client|protocol|console)[\\/]src/;
/** Shared as well, but only by parts that are loaded when a person goes there. */
const lazy = /console[\\/]src[\\/](gateways|turn[\\/]CrashReceiptView)/;

// Everything the page loads is a file of its own origin: the server's policy allows no inline script, style or data URL.
export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What several parts share is one file: thirty small ones compress 5 KB worse, and the first load has a limit.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "page",
              test: (id) => libraries.test(id) || (own.test(id) && !lazy.test(id)),
              minShareCount: 2,
              priority: 1,
            },
            { name: "gateways", test: (id) => /console[\\/]src[\\/]gateways/.test(id), minShareCount: 2 },
          ],
        },
      },
    },
  },
});
