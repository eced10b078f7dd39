/**
 * Keeps the layers inside a package: a file imports only its own layer and those before it, types included. Code of one
 * layer then never depends on a later one, and a reader can stop at the layer they need.
 */
import type { ImportOf, Imports } from "./imports.ts";
import { isTest, type Problem, packageOf, type SourceFile, type Tree } from "./tree.ts";

export interface Layer {
  /**
   * Files and folders in the package's `src/`. `features/*` means that each folder in `features` is a part of its own.
   */
  readonly parts: readonly string[];
  /** True if its parts must not import each other. */
  readonly isIsolated?: boolean;
}

/** The first layer may be imported by all others. */
export type LayersByPackage = Readonly<Record<string, readonly Layer[]>>;

/** Says where a file belongs: the number of its layer, and its part of that layer. */
interface Standing {
  readonly level: number;
  readonly part: string;
}

/** Checks the product only: tests, and files that only tests load, may import whatever they need. */
export function checkLayers(tree: Tree, imports: Imports, layersByPackage: LayersByPackage): Problem[] {
  return Object.entries(layersByPackage).flatMap(([name, layers]) => {
    const files = tree.files.filter(({ path }) => path.startsWith(`packages/${name}/src/`) && !isTest(path));
    return [
      ...unusedParts(name, layers, files),
      ...files.flatMap((file) => checkFile(file, imports.get(file.path) ?? [], layers)),
    ];
  });
}

function checkFile({ path }: SourceFile, imports: readonly ImportOf[], layers: readonly Layer[]): Problem[] {
  const from = standingOf(path, layers);
  if (from === undefined) return [{ path, text: "is in no layer: add it to scripts/check/arrows.ts" }];
  return imports.flatMap(({ target, specifier, line }) => {
    if (target === undefined || packageOf(target) !== packageOf(path) || isTest(target)) return [];
    const to = standingOf(target, layers);
    const text = to && judge(from, to, layers);
    return text ? [{ path, line, text: `imports "${specifier}": ${text}` }] : [];
  });
}

/** Returns the problem with an import between these two, or `undefined`. */
function judge(from: Standing, to: Standing, layers: readonly Layer[]): string | undefined {
  if (to.level > from.level) return `${to.part} is in a later layer than ${from.part}`;
  const isApart = to.level === from.level && to.part !== from.part && layers[to.level]?.isIsolated === true;
  return isApart ? `${from.part} and ${to.part} are kept apart` : undefined;
}

function standingOf(path: string, layers: readonly Layer[]): Standing | undefined {
  const inside = path.split("/").slice(3).join("/");
  let standing: Standing | undefined;
  for (const [level, { parts }] of layers.entries()) {
    for (const pattern of parts) {
      const part = matchPart(pattern, inside);
      // The longest match wins, so that one file of a folder can be listed by itself.
      if (part !== undefined && part.length > (standing?.part.length ?? 0)) standing = { level, part };
    }
  }
  return standing;
}

/** Returns the part of this pattern that contains `inside`, or `undefined`. */
function matchPart(pattern: string, inside: string): string | undefined {
  if (!pattern.endsWith("/*")) return inside === pattern || inside.startsWith(`${pattern}/`) ? pattern : undefined;
  const folder = pattern.slice(0, -1);
  return inside.startsWith(folder) ? folder + inside.slice(folder.length).split("/")[0] : undefined;
}

/** Reports parts that match no file: they would hide that the file has moved. */
function unusedParts(name: string, layers: readonly Layer[], files: readonly SourceFile[]): Problem[] {
  const insides = files.map(({ path }) => path.split("/").slice(3).join("/"));
  return layers
    .flatMap(({ parts }) => parts)
    .filter((pattern) => !insides.some((inside) => matchPart(pattern, inside) !== undefined))
    .map((pattern) => ({
      path: `packages/${name}/src/${pattern}`,
      text: "is named as a layer, and there is no such file",
    }));
}
