/**
 * Keeps time, chance, the environment and module state out of the product, except in the few files that provide them.
 * Everything else takes them as arguments, which lets tests run on a manual clock, without isolation.
 */
import { posix } from "node:path";
import { lineAt, type Node, nodesOf, statementsOf } from "./syntax.ts";
import { isProduct, isScript, type Problem, type SourceFile, type Tree } from "./tree.ts";

const allowed = new Set(["main.ts", "main.tsx", "config.ts", "clock.ts", "ids.ts"]);

const instead: Readonly<Record<string, string>> = {
  "Date.now": "take a clock",
  "new Date()": "take a clock",
  "Math.random": "take it as an argument, or make an id in ids.ts",
  "process.env": "read it in config.ts",
  console: "log through observe/log.ts",
};

export function checkAmbient(tree: Tree): Problem[] {
  return tree.files.filter(({ path }) => isScript(path) && isProduct(path) && !isAllowed(path)).flatMap(checkFile);
}

function isAllowed(path: string): boolean {
  return allowed.has(posix.basename(path)) || path.endsWith("/observe/log.ts");
}

function checkFile(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const add = (node: Node, text: string) =>
    problems.push({ path: file.path, line: lineAt(file.text, node.start), text });
  for (const statement of statementsOf(file)) {
    const declaration = statement.declaration ?? statement;
    if (declaration.type === "VariableDeclaration" && declaration.kind !== "const") {
      add(declaration, `module-level ${declaration.kind}: state lives in a value that is passed on`);
    }
  }
  for (const node of nodesOf(file)) {
    const found = ambientName(node);
    if (found) add(node, `${found}: ${instead[found]}`);
  }
  return problems;
}

function ambientName(node: Node): string | undefined {
  if (node.type === "NewExpression" && node.callee?.name === "Date" && node.arguments?.length === 0)
    return "new Date()";
  if (node.type !== "MemberExpression" || node.object?.type !== "Identifier") return undefined;
  if (node.object.name === "console") return "console";
  const name = `${node.object.name}.${node.property?.name}`;
  return name in instead ? name : undefined;
}
