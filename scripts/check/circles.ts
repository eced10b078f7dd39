/**
 * Refuses files that import each other in a circle, types and `import()` included: files in a circle can only be read, moved
 * and tested as a whole. For each knot it names the shortest circle.
 */
import type { Imports } from "./imports.ts";
import type { Problem } from "./tree.ts";

export function checkCircles(imports: Imports): Problem[] {
  const targetsByPath = new Map(
    [...imports].map(([path, found]) => [
      path,
      found.flatMap(({ target = "" }) => (imports.has(target) ? [target] : [])),
    ]),
  );
  return findKnots(targetsByPath).map((knot) => {
    const circle = shortestCircle(knot, targetsByPath);
    const others = knot.size - circle.length;
    const more = others === 0 ? "" : `, and ${others} more ${others === 1 ? "file hangs" : "files hang"} on it`;
    const [path = ""] = circle;
    return { path, text: `imports itself: ${[...circle, path].map(shortName).join(" → ")}${more}` };
  });
}

/** Finds Tarjan's strongly connected components that contain a circle. */
function findKnots(targetsByPath: ReadonlyMap<string, readonly string[]>): ReadonlySet<string>[] {
  const knots: Set<string>[] = [];
  const orderByPath = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): number => {
    const order = orderByPath.size;
    orderByPath.set(path, order);
    const start = open.push(path) - 1;
    const targets = targetsByPath.get(path) ?? [];
    let lowest = order;
    for (const target of targets) {
      const known = orderByPath.get(target);
      if (known === undefined) lowest = Math.min(lowest, visit(target));
      else if (open.includes(target)) lowest = Math.min(lowest, known);
    }
    if (lowest < order) return lowest;
    const knot = open.splice(start);
    if (knot.length > 1 || targets.includes(path)) knots.push(new Set(knot));
    return lowest;
  };
  for (const path of targetsByPath.keys()) if (!orderByPath.has(path)) visit(path);
  return knots;
}

/** Returns the paths of one circle in order, each importing the next and the last the first. */
function shortestCircle(knot: ReadonlySet<string>, targetsByPath: ReadonlyMap<string, readonly string[]>): string[] {
  const circles = [...knot].sort().map((start) => {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (const way of ways) {
      for (const target of targetsByPath.get(way.at(-1) ?? "") ?? []) {
        if (target === start) return way;
        if (!knot.has(target) || seen.has(target)) continue;
        seen.add(target);
        ways.push([...way, target]);
      }
    }
    throw new Error(`no circle through ${start}`);
  });
  return circles.reduce((best, circle) => (circle.length < best.length ? circle : best));
}

function shortName(path: string): string {
  return path.replace(/^packages\/[^/]+\/src\//, "");
}
