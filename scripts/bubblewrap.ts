/** Installs Debian's bubblewrap and ripgrep for the tests of the box if permitted; without them, those are skipped. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const programs = [
  { path: "/usr/bin/bwrap", name: "bubblewrap" },
  { path: "/usr/bin/rg", name: "ripgrep" },
];

export function ensureBubblewrap(): void {
  const missing = programs.filter(({ path }) => !existsSync(path)).map(({ name }) => name);
  if (missing.length === 0 || process.platform !== "linux") return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.log(`reef: ${missing.join(" and ")} not found, so tests of the box are skipped.`);
    console.log(`reef: install with \`sudo apt-get install ${missing.join(" ")}\`.`);
    return;
  }
  console.log(`reef: installing ${missing.join(" and ")} for the tests of the box (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...missing]]) {
    const { status, stdout, stderr } = spawnSync("apt-get", ["-q", ...args], { env, encoding: "utf8" });
    if (status !== 0) console.log(`reef: apt-get ${args[0]} ended with ${status}\n${(stdout + stderr).slice(-2000)}`);
  }
}
