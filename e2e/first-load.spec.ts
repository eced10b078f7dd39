/** Tests that the built page stays small, and contains nothing that only the server needs. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { firstLoad, firstLoadKb, firstLoadLimitKb } from "../scripts/first-load.ts";

const built = resolve(import.meta.dirname, "../packages/console/dist");

test("the first load of a session, its Markdown included, is at most 175 KB compressed", () => {
  const files = firstLoad(built);
  // The page itself, React and the Markdown renderer must be among them, or the wrong files were weighed.
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter(({ path }) => /\/(index|page|RenderedMarkdown)-.*\.(js|css)$/.test(path)).length).toBeGreaterThan(
    3,
  );
  const list = files.map(({ path, zippedBytes }) => `${(zippedBytes / 1000).toFixed(1)} KB ${path}`).join("\n");
  expect(firstLoadKb(built), `the first load is:\n${list}`).toBeLessThanOrEqual(firstLoadLimitKb);
});

test("the font is one file of at most 40 KB beside the first load, which paints without waiting for it", () => {
  const fonts = readdirSync(resolve(built, "assets")).filter((name) => /\.(woff2?|ttf|otf)$/.test(name));
  expect(fonts).toHaveLength(1);
  expect(readFileSync(resolve(built, "assets", String(fonts[0]))).byteLength).toBeLessThanOrEqual(40_000);
  const styles = readdirSync(resolve(built, "assets")).filter((name) => name.endsWith(".css"));
  const faces = styles.flatMap((name) =>
    readFileSync(resolve(built, "assets", name), "utf8").match(/@font-face\{[^}]*\}/g),
  );
  expect(faces.filter((face) => face !== null && !face.includes("font-display:swap"))).toEqual([]);
  expect(faces.join("")).toContain(String(fonts[0]));
});

test("SE4: no script of the console holds zod, which tries eval and is stopped by the page's policy", () => {
  // A property that every schema has; minifiers must not rename it.
  const mark = "_zod";
  const zod = readFileSync(resolve(import.meta.dirname, "../node_modules/zod/v4/core/core.js"), "utf8");
  expect(zod, "zod's schemas have another mark now").toContain(mark);
  const scripts = readdirSync(resolve(built, "assets")).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(20);
  const held = scripts.filter((name) => readFileSync(resolve(built, "assets", name), "utf8").includes(mark));
  expect(held, "a value is imported from a file of the protocol that has schemas: import its type").toEqual([]);
});
