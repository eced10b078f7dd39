/** The page stays small: what a first load fetches is weighed on the built console. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { firstLoad, firstLoadKb, firstLoadLimitKb } from "../scripts/first-load.ts";

const built = resolve(import.meta.dirname, "../packages/console/dist");

test("the first load of a session, its Markdown included, is at most 170 KB compressed", () => {
  const files = firstLoad(built);
  // The page itself, React and the Markdown renderer are among it, or the wrong thing was weighed.
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter(({ path }) => /\/(index|RenderedMarkdown)-.*\.(js|css)$/.test(path)).length).toBeGreaterThan(2);
  const list = files.map(({ path, zippedBytes }) => `${(zippedBytes / 1000).toFixed(1)} KB ${path}`).join("\n");
  expect(firstLoadKb(built), `the first load is:\n${list}`).toBeLessThanOrEqual(firstLoadLimitKb);
});
