/**
 * Hashes contents to decide what is out of date: the installed packages and the two builds. It compares content, not
 * times, because a fresh clone and a branch switch both touch every file. It runs on any Node ≥ 18 with nothing
 * installed, so that `npm start` can see that all is fresh without loading a build tool.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Lists what can be built: without `entry` there is nothing to build yet, without `output` the stamp is void.
 * @type {Record<"console" | "server", { entry: string, output: string, sources: string[] }>}
 */
export const buildByName = {
  console: {
    entry: "packages/console/index.html",
    output: "packages/console/dist/index.html",
    sources: ["packages/console", "packages/client/src", "packages/protocol/src", "package-lock.json"],
  },
  server: {
    entry: "packages/server/src/main.ts",
    output: "dist/server/main.js",
    sources: [
      ...["server", ...ownPackages("server")].map((name) => `packages/${name}/src`),
      "scripts/build.ts",
      "package-lock.json",
    ],
  },
};

/** The packages of this repository that a package loads, from its manifest. @param {string} name */
function ownPackages(name) {
  const { dependencies } = JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), "utf8"));
  return Object.keys(dependencies).flatMap((each) => (each.startsWith("@reef/") ? [each.slice("@reef/".length)] : []));
}

/** @typedef {keyof typeof buildByName} BuildName */

/** @type {readonly BuildName[]} */
export const buildNames = ["console", "server"];

/** True when the build is current, or when there is nothing to build yet. @param {BuildName} name */
export function isBuildFresh(name) {
  const build = buildByName[name];
  if (!existsSync(join(root, build.entry))) return true;
  if (!existsSync(join(root, build.output))) return false;
  return readStamp(stampFile(name)) === hashPaths(build.sources);
}

/**
 * Hashes a build's sources; call it before building, so that an edit during the build is not missed.
 * @param {BuildName} name
 */
export function hashBuild(name) {
  return hashPaths(buildByName[name].sources);
}

/** @param {BuildName} name @param {string} hash */
export function markBuilt(name, hash) {
  writeStamp(stampFile(name), hash);
}

/** @param {BuildName} name */
function stampFile(name) {
  return join(root, ".cache/build", name);
}

/** @param {string} file */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** @param {string} file @param {string} hash */
export function writeStamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
}

/** @param {readonly string[]} paths files or folders, from the root */
export function hashPaths(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of listFiles(path))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update("\0");
  }
  return hash.digest("hex");
}

const ignored = /^(node_modules|dist|\..*)$|\.(test|conformance)\.tsx?$/;

/** @param {string} path @returns {string[]} */
function listFiles(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  const names = readdirSync(absolute).filter((name) => !ignored.test(name));
  return names.sort().flatMap((name) => listFiles(`${path}/${name}`));
}
