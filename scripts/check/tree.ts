/**
 * Reads the source tree as plain data, so that each check is a function from a tree to its problems and is tested
 * without a disk.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Tree {
  readonly files: readonly SourceFile[];
  /** By package folder name; the root's is "". */
  readonly manifestByPackage: ReadonlyMap<string, Manifest>;
  readonly dependencyDoc: string;
}

export interface Problem {
  readonly path: string;
  readonly line?: number;
  /** What was found, and what is expected. */
  readonly text: string;
}

const sources = [
  "packages/*/src/**/*.{ts,tsx,css}",
  "packages/*/*.ts",
  "{scripts,bench,e2e}/**/*.{ts,tsx,css}",
  "*.ts",
];
const generated = /(^|\/)(node_modules|dist|artefacts|generated)\/|\.generated\./;

/** Reads the tree; a missing folder counts as empty. */
export function readTree(root: string): Tree {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const paths = globSync(sources, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !generated.test(path))
    .sort();
  const manifests = globSync("packages/*/package.json", { cwd: root }).map((path) => path.replaceAll("\\", "/"));
  const doc = "docs/dependencies.md";
  return {
    files: paths.map((path) => ({ path, text: read(path) })),
    manifestByPackage: new Map(
      ["package.json", ...manifests].map((path) => [packageOf(path), JSON.parse(read(path)) as Manifest]),
    ),
    dependencyDoc: existsSync(join(root, doc)) ? read(doc) : "",
  };
}

/** Returns the package folder that contains a path; "" for the root. */
export function packageOf(path: string): string {
  return /^packages\/([^/]+)\//.exec(path)?.[1] ?? "";
}

/** True for code that ships: a file in packages/*\/src that is not a test. */
export function isProduct(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path) && !isTest(path);
}

/**
 * True for tests and for files that only tests load, the model store among them: these may use the root's dev
 * dependencies.
 */
export function isTest(path: string): boolean {
  return /\.(test|spec|conformance|openclaw|outside|postgres)\.tsx?$|\/testing\/|^packages\/engine\/src\/model\//.test(
    path,
  );
}

export function isScript(path: string): boolean {
  return /\.tsx?$/.test(path);
}
