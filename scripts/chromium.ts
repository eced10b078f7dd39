/**
 * Finds the browser for the e2e journeys, and installs Debian's if permitted. Browser downloads are avoided: the
 * system's Chromium is enough and comes from the system's own mirror.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Returns the path of a Chromium, installed first if that is possible; `undefined`, with the reason printed, if there is
 * none.
 */
export function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.log("reef: no Chromium on PATH and no right to install one: browser tests are skipped.");
    console.log("reef: install it with `sudo apt-get install chromium`, or set REEF_CHROMIUM to its path.");
    return undefined;
  }
  console.log("reef: installing Chromium for the browser tests (apt-get) …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { status, stdout, stderr } = spawnSync("apt-get", ["-q", ...args], { env, encoding: "utf8" });
    if (status !== 0) console.log(`reef: apt-get ${args[0]} ended with ${status}\n${(stdout + stderr).slice(-2000)}`);
  }
  return findChromium();
}

function findChromium(): string | undefined {
  const set = process.env.REEF_CHROMIUM;
  if (set) return existsSync(set) ? set : undefined;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}
