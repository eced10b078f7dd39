import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { cutFont } from "./cut-font.ts";

/** Builds the page that shows every primitive. It is for developers and for the pictures in the tests, and ships with nothing. */
export default defineConfig({
  plugins: [react(), cutFont()],
  base: "./",
  publicDir: false,
  build: {
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: "styleguide.html" },
  },
});
