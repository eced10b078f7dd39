import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

/**
 * Builds the document that draws diagrams, beside the console. It has no origin, so it cannot load anything of ours: its
 * one script is inline, and its policy names that script by its hash and lets no other run.
 */
export default defineConfig({
  plugins: [inlineScript()],
  publicDir: false,
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 6_000,
    rolldownOptions: { input: "diagram-frame.html", output: { format: "iife", codeSplitting: false } },
  },
});

function inlineScript(): Plugin {
  return {
    name: "inline script",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        if (!bundle) return html;
        const [file, chunk] = Object.entries(bundle).find(([, { type }]) => type === "chunk") ?? [];
        if (file === undefined || chunk?.type !== "chunk") throw new Error("the frame has no script");
        delete bundle[file];
        // Neither may occur in an inline script.
        const code = chunk.code.trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
        const hash = createHash("sha256").update(code).digest("base64");
        const policy = `<meta http-equiv="content-security-policy" content="script-src 'sha256-${hash}'">`;
        return html
          .replace(/\s*<script[^>]*><\/script>/, "")
          .replace("<title>", () => `${policy}\n    <title>`)
          .replace("</body>", () => `<script>${code}</script></body>`);
      },
    },
  };
}
