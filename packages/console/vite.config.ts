import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Everything the page loads is a file of its own origin: the server's policy allows no inline script, style or data URL.
export default defineConfig({
  plugins: [react()],
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
