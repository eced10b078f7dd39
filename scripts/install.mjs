/**
 * Brings node_modules in step with package-lock.json, and reports that while it works. It runs on any Node ≥ 18. A
 * stamp holds the hash of the installed lockfile; two commands started together install once.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { hashPaths, readStamp, root, writeStamp } from "./stamp.mjs";

const modules = join(root, "node_modules");
const stamp = join(modules, ".reef-lock-hash");
const lock = join(root, ".cache/install.lock");

const nodeName = process.platform === "win32" ? "node.exe" : "node";

/** The Node 24 that the `node` package contains. */
export const nodeBinary = join(modules, "node/bin", nodeName);

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
    rmSync(join(root, ".cache/node"), { recursive: true, force: true });
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

/** Compares npm's record of its last install with the lockfile: true after `npm ci` or `npm install` by hand. */
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
 * Install scripts are off, except for `node`, whose script fetches its binary: older npm would otherwise compile
 * better-sqlite3, which ships its binaries. NODE_ENV=production must not leave out the tools.
 */
function npmCi() {
  const nodeFolder = isTooOldForTools() ? fetchNode() : isOurNode() ? copyNode() : dirname(process.execPath);
  const ci = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  return npm(ci, root, nodeFolder) || npm(["rebuild", "node"], root, nodeFolder);
}

/** True under `npm run` once packages are installed: `npm ci` is about to delete the very Node this runs on. */
function isOurNode() {
  return realpathSync(process.execPath).startsWith(join(realpathSync(root), "node_modules"));
}

/** Copies this Node into a folder that is deleted after the install; returns the folder of its binary. */
function copyNode() {
  const folder = join(root, ".cache/node");
  mkdirSync(folder, { recursive: true });
  copyFileSync(process.execPath, join(folder, nodeName));
  return folder;
}

/** npm silently leaves out platform binaries that refuse the Node it runs on; those of the build tools do. */
function isTooOldForTools() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major < 20 || major === 21 || (major === 20 && minor < 19) || (major === 22 && minor < 12);
}

/** Fetches our Node into a folder that is deleted after the install; returns the folder of its binary. */
function fetchNode() {
  const folder = join(root, ".cache/node");
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  console.log(`reef: fetching Node ${devDependencies.node} first, as ${process.version} is too old for npm ci here …`);
  npm(["install", "--prefix", folder, "--no-save", `node@${devDependencies.node}`], folder, dirname(process.execPath));
  const bin = join(folder, "node_modules/node/bin");
  if (!existsSync(join(bin, nodeName))) fail(`npm could not fetch Node ${devDependencies.node}; its output is above.`);
  return bin;
}

/**
 * Runs npm on the Node in `nodeFolder`. Shows errors, even under `npm run --silent`, and nothing else.
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} nodeFolder
 */
function npm(args, cwd, nodeFolder) {
  const cli = process.env.npm_execpath ?? "";
  const isNpm = /npm-cli\.c?js$/.test(cli);
  const [command, ...first] = isNpm ? [join(nodeFolder, nodeName), cli] : ["npm"];
  const env = { ...process.env, PATH: `${nodeFolder}${delimiter}${process.env.PATH ?? ""}` };
  const shell = !isNpm && process.platform === "win32";
  const { status } = spawnSync(command, [...first, ...args, "--loglevel=error"], { cwd, env, stdio: "inherit", shell });
  return status ?? 1;
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
