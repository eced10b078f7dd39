/**
 * Installs programs of others for the suites that run against them: once for each set of versions, outside the
 * repository, by npm. A set is complete or absent: it is installed in another folder and moved into place.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Returns the folder whose `node_modules` has the packages, given as npm's specifications by name. Throws with npm's
 * last lines if they cannot be had.
 */
export function outsidePackages(set: string, packages: Readonly<Record<string, string>>): string {
  const cache = process.env.REEF_OUTSIDE_CACHE || join(homedir(), ".cache/reef/outside");
  const versions = Object.entries(packages).map(([name, spec]) => `${name}@${spec}`);
  const folder = join(
    cache,
    `${set}-${versions
      .join("_")
      .replace(/[^\w.@-]+/g, "-")
      .slice(0, 160)}`,
  );
  if (existsSync(folder)) return folder;
  process.stdout.write(`reef: installing ${versions.join(", ")} into ${cache} (npm, once) …\n`);
  const part = `${folder}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, "package.json"), JSON.stringify({ name: `reef-outside-${set}`, private: true }));
  const npm = spawnSync("npm", ["install", ...versions, "--save-exact", "--no-audit", "--no-fund"], {
    cwd: part,
    encoding: "utf8",
    timeout: 15 * 60_000,
    shell: process.platform === "win32",
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` },
  });
  if (npm.status !== 0) {
    rmSync(part, { recursive: true, force: true });
    const why = npm.error?.message ?? `${npm.stdout}${npm.stderr}`.trim().split("\n").slice(-5).join("\n");
    throw new Error(`${versions.join(", ")} could not be installed: npm ended with ${npm.status}. ${why}`);
  }
  renameSync(part, folder);
  return folder;
}
