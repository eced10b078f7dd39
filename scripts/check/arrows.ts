/**
 * Keeps the arrows: protocol ← engine ← {store, recall, runtimes, mcp, box} ← server; protocol ← client ← console; and inside a package
 * the order of its layers, without circles. An import in the other direction compiles today and ties two parts together
 * tomorrow, so it is an error, types included.
 */
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { checkCircles } from "./circles.ts";
import { type ImportOf, type Imports, readImports } from "./imports.ts";
import { checkLayers, type LayersByPackage } from "./layers.ts";
import { isProduct, isTest, type Problem, packageOf, type Tree } from "./tree.ts";

const arrowsByPackage: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  engine: ["protocol"],
  store: ["protocol", "engine"],
  recall: ["protocol", "engine"],
  runtimes: ["protocol", "engine"],
  mcp: ["protocol", "engine"],
  box: ["protocol", "engine"],
  blackbox5: ["protocol"],
  server: ["protocol", "engine", "store", "recall", "runtimes", "mcp", "box", "blackbox5"],
  client: ["protocol"],
  console: ["protocol", "client"],
  // The store only for `reef migrate`, which works on the data itself.
  cli: ["protocol", "client", "store"],
  "openclaw-plugin": [],
};

/** Arrows for tests only: the server's sockets are tested through the client people use. */
const testArrowsByPackage: Readonly<Record<string, readonly string[]>> = {
  server: ["client"],
  cli: ["server", "engine"],
  "openclaw-plugin": ["engine", "server"],
};

/** The layers inside each package; the first may be imported by all others. */
const layersByPackage: LayersByPackage = {
  console: [{ parts: ["ui"] }, { parts: ["data"] }, { parts: ["features/*"] }, { parts: ["app"] }],
  engine: [
    // Words and ids: functions of texts and numbers.
    { parts: ["ids.ts", "far-times.ts", "given-fields.ts", "prompt", "redact", "search"] },
    // What the engine needs from outside, and the types it uses for that.
    { parts: ["port"] },
    { parts: ["deps.ts", "commit.ts", "due-loop.ts"] },
    // What happens by itself to messages, files, memories and dates.
    {
      parts: [
        "ask",
        "audit",
        "budget",
        "consolidation",
        "file",
        "fleet",
        "link",
        "live",
        "mailbox",
        "memory",
        "provider",
        "schedule",
        "skill",
        "task",
      ],
    },
    // What a bot can do, and the turn in which it does it.
    { parts: ["tool"] },
    { parts: ["turn"] },
    // What people do, and what runtimes do outside a turn.
    { parts: ["bulk", "call", "gateway", "import", "mcp", "registry", "session", "topic"] },
    { parts: ["engine.ts"] },
  ],
};

/** Packages that must run anywhere: in a browser, or without a file system, clock and environment of their own. */
const withoutBuiltins = new Set(["protocol", "engine", "client", "console"]);

const builtins = new Set(builtinModules);

export function checkArrows(tree: Tree): Problem[] {
  const imports = readImports(tree);
  return [...checkPackages(tree, imports), ...checkLayers(tree, imports, layersByPackage), ...checkCircles(imports)];
}

/** Checks only the arrows between packages. */
export function checkPackages(tree: Tree, imports: Imports): Problem[] {
  const fromManifests = [...tree.manifestByPackage.keys()].filter(Boolean).flatMap((name) => checkManifest(tree, name));
  const fromFiles = [...imports].flatMap(([path, found]) => found.flatMap((one) => checkImport(tree, path, one)));
  return [...fromManifests, ...fromFiles];
}

function checkManifest(tree: Tree, name: string): Problem[] {
  const path = `packages/${name}/package.json`;
  const arrows = arrowsByPackage[name];
  if (!arrows) return [{ path, text: `package "${name}" has no arrows: add it to scripts/check/arrows.ts` }];
  return Object.keys(tree.manifestByPackage.get(name)?.dependencies ?? {})
    .filter((dependency) => dependency.startsWith("@reef/") && !arrows.includes(dependency.slice("@reef/".length)))
    .map((dependency) => ({ path, text: `depends on ${dependency}; ${name} may depend on ${list(arrows)}` }));
}

function checkImport(tree: Tree, path: string, { specifier, line, target }: ImportOf): Problem[] {
  const text = target === undefined ? judge(tree, path, specifier) : judgeRelative(path, target);
  return text ? [{ path, line, text: `imports "${specifier}": ${text}` }] : [];
}

/** Returns the problem with this import, or `undefined`. */
function judge(tree: Tree, path: string, specifier: string): string | undefined {
  const from = packageOf(path);
  const isSource = path.startsWith(`packages/${from}/src/`);
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  if (specifier.startsWith("node:") || builtins.has(name)) {
    const isBanned = isSource && withoutBuiltins.has(from) && !/\.test\.tsx?$/.test(path);
    return isBanned ? `${from} runs without Node; take what you need through a port` : undefined;
  }
  if (name.startsWith("@reef/")) return isSource ? judgeOwn(from, specifier, path) : undefined;
  const { dependencies = {} } = tree.manifestByPackage.get(from) ?? {};
  if (name in dependencies) return undefined;
  if (isSource && !isTest(path)) return `not in packages/${from}/package.json`;
  // Another package's dependency may be in node_modules by chance, and can go any day.
  return name in (tree.manifestByPackage.get("")?.devDependencies ?? {}) ? undefined : "not in package.json";
}

function judgeRelative(path: string, target: string): string | undefined {
  const isInside = packageOf(target) === packageOf(path) || !path.startsWith("packages/");
  if (!isInside) return "leaves its package; import it as @reef/<package>/<path>";
  if (isProduct(path) && isTest(target)) return "only tests may import what is for tests";
  return posix.extname(target) === "" ? "relative imports end in .ts (Node runs the sources as they are)" : undefined;
}

function judgeOwn(from: string, specifier: string, path: string): string | undefined {
  const [, to = "", ...inside] = specifier.split("/");
  if (from === to) return "inside a package, imports are relative";
  if (isProduct(path) && isTest(`packages/${to}/src/${inside.join("/")}.ts`))
    return "only tests may import what is for tests";
  const arrows = [...(arrowsByPackage[from] ?? []), ...((isTest(path) && testArrowsByPackage[from]) || [])];
  return arrows.includes(to) ? undefined : `${from} may import ${list(arrows)}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "no package of ours" : names.join(", ");
}
