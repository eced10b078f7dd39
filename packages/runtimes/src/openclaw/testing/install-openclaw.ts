/**
 * Installs the real OpenClaw for the suites that run against it: once per version, outside the repository, by npm. A
 * version is complete or absent: it is installed in another folder and moved into place when complete.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, testedVersion } from "./environment.ts";

/** Why the real gateway is not available here; a line for a person. */
export class NoOpenClaw extends Error {}

/** Returns the path of `openclaw.mjs` of that version, installed first when it is missing. Throws `NoOpenClaw`. */
export function installOpenClaw(version = testedVersion): string {
  const cache = cacheFolder();
  const program = join(cache, version, "node_modules/openclaw/openclaw.mjs");
  if (existsSync(program)) return program;
  process.stdout.write(`reef: installing openclaw@${version} into ${cache} (npm; about half a minute, once) …\n`);
  const part = join(cache, `${version}.${process.pid}.part`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, "package.json"), JSON.stringify({ name: "reef-openclaw-cache", private: true }));
  const { status, error, stdout, stderr } = spawnSync(
    "npm",
    ["install", `openclaw@${version}`, "--save-exact", "--no-audit", "--no-fund"],
    { cwd: part, encoding: "utf8", timeout: 15 * 60_000, shell: process.platform === "win32" },
  );
  if (status !== 0) {
    rmSync(part, { recursive: true, force: true });
    const why = error?.message ?? `${stdout}${stderr}`.trim().split("\n").slice(-5).join("\n");
    throw new NoOpenClaw(`openclaw@${version} could not be installed: npm ended with ${status}. ${why}`);
  }
  try {
    renameSync(part, join(cache, version));
  } catch (cause) {
    // Another run was faster; its copy is as good.
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(program)) throw new NoOpenClaw(`${join(cache, version)} is in the way`, { cause });
  }
  return program;
}
