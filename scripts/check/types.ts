/** Type-checks the three projects in parallel. A project without sources is skipped. */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { type Run, runTool } from "./tool.ts";

const projects = [
  { config: "tsconfig.json", sources: "{scripts,packages/*/src}/**/*.ts" },
  { config: "packages/console/tsconfig.json", sources: "packages/console/src/**/*.{ts,tsx}" },
  { config: "e2e/tsconfig.json", sources: "e2e/**/*.ts" },
];

export async function checkTypes(root: string): Promise<Run> {
  const present = projects.filter(
    ({ config, sources }) => existsSync(join(root, config)) && globSync(sources, { cwd: root }).length > 0,
  );
  const runs = await Promise.all(
    present.map(({ config }) => runTool(root, "typescript/bin/tsc", ["-p", config, "--pretty", "false"])),
  );
  return { ok: runs.every(({ ok }) => ok), output: runs.map(({ output }) => output).join("") };
}
