/**
 * Brings node_modules in step with package-lock.json, and says so while it does. Runs on any Node ≥ 18.
 * A stamp holds the hash of the lockfile that was installed; two commands started at once install once.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashPaths, readStamp, root, writeStamp } from "./stamp.mjs";

const modules = join(root, "node_modules");
const stamp = join(modules, ".reef-lock-hash");
const lock = join(root, ".cache/install.lock");

/** The Node 24 that the `node` package brings. */
export const nodeBinary = join(modules, "node/bin", process.platform === "win32" ? "node.exe" : "node");

/** Installs when packages are missing or the lockfile changed. Exits the process when it cannot. */
export function installPackages() {
  if (isInstalled()) return;
  takeLock();
  try {
    if (isInstalled()) return;
    console.log("reef: installing packages (npm ci; about half a minute, once) …");
    const startedAt = Date.now();
    const status = npmCi();
    if (status !== 0) fail(`npm ci ended with ${status}. Its output is above; check the network and run again.`);
    if (!existsSync(nodeBinary)) fail(`npm ci did not bring ${nodeBinary}; expected it from the package "node".`);
    writeStamp(stamp, hashPaths(["package-lock.json"]));
    console.log(`reef: packages ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
  } finally {
    rmSync(lock, { force: true });
  }
}

function isInstalled() {
  if (!existsSync(nodeBinary)) return false;
  const hash = hashPaths(["package-lock.json"]);
  if (readStamp(stamp) === hash) return true;
  if (!isInStepWithLock()) return false;
  writeStamp(stamp, hash);
  return true;
}

/** What npm wrote about its last install against the lockfile: true after `npm ci` or `npm install` by hand. */
function isInStepWithLock() {
  const installed = readPackages(join(modules, ".package-lock.json"));
  const wanted = readPackages(join(root, "package-lock.json"));
  const isSame = Object.keys(installed).every((path) => installed[path]?.version === wanted[path]?.version);
  const isWhole = Object.keys(wanted).every((path) => path === "" || wanted[path]?.optional || installed[path]);
  return isSame && isWhole;
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

/**
 * Install scripts stay off, but for `node`, which fetches its binary in one: older npm would otherwise compile
 * better-sqlite3, whose binaries are in its package. NODE_ENV=production must not leave out the tools, and the
 * level shows errors under `npm run --silent` while hiding that the npm itself runs on an older Node.
 */
function npmCi() {
  return npm("ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund") || npm("rebuild", "node");
}

/** @param {string[]} args */
function npm(...args) {
  const cli = process.env.npm_execpath ?? "";
  const isNpm = /npm-cli\.c?js$/.test(cli);
  const [command, ...first] = isNpm ? [process.execPath, cli] : ["npm"];
  const shell = !isNpm && process.platform === "win32";
  return spawnSync(command, [...first, ...args, "--loglevel=error"], { cwd: root, stdio: "inherit", shell }).status ?? 1;
}

function takeLock() {
  mkdirSync(join(root, ".cache"), { recursive: true });
  for (let waits = 0; ; waits++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    if (waits === 1) console.log("reef: another command is installing packages, waiting …");
    if (waits > 0 && !isAlive(Number(readStamp(lock)))) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`reef: ${message}`);
  process.exit(1);
}
