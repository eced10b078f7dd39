/** Runs axe on a page. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns serious and critical findings, each with the elements it concerns. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Colours are judged in their final state, not in the middle of a fade.
  await page.emulateMedia({ reducedMotion: "reduce" });
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(source);
  // The list of passed rules is far larger than the findings, and takes as long to transfer as to find.
  const violations = await page.evaluate<AxeResults["violations"]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
