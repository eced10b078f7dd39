/**
 * Finds writes that are never driven. A write of the store is a generator: called without `yield*` it does nothing and
 * gives no error. So each call must be yielded, returned, or passed to another write.
 */
import { lineAt, type Node, nodesOf } from "./syntax.ts";
import { isScript, type Problem, type SourceFile, type Tree } from "./tree.ts";

const folder = "packages/store/src/write/";

export function checkWrites(tree: Tree): Problem[] {
  const files = tree.files.filter(
    ({ path }) => isScript(path) && path.startsWith(folder) && !path.endsWith(".test.ts"),
  );
  const writes = new Set(files.flatMap(writesOf));
  return files.flatMap((file) => {
    const driven = new Set(nodesOf(file).flatMap((node) => drivenBy(node, writes)));
    return callsOf(file, writes)
      .filter((call) => !driven.has(call))
      .map(({ start, callee }) => ({
        path: file.path,
        line: lineAt(file.text, start),
        text: `calls ${callee?.name} without yield*: the write never happens`,
      }));
  });
}

interface Typed extends Node {
  readonly id?: Node | null;
  readonly returnType?: { readonly typeAnnotation: { readonly typeName?: Node } } | null;
  readonly argument?: Node | null;
  readonly delegate?: boolean;
  readonly consequent?: Node;
  readonly alternate?: Node;
}

/** Names the functions whose declared type is a write. */
function writesOf(file: SourceFile): string[] {
  return nodesOf(file).flatMap((node) => {
    const { type, id, returnType } = node as Typed;
    const isWrite = type === "FunctionDeclaration" && returnType?.typeAnnotation.typeName?.name === "Write";
    return isWrite && id?.name !== undefined ? [id.name] : [];
  });
}

function callsOf(file: SourceFile, writes: ReadonlySet<string>): Node[] {
  return nodesOf(file).filter((node) => isCall(node, writes));
}

function isCall({ type, callee }: Node, writes: ReadonlySet<string>): boolean {
  return type === "CallExpression" && callee?.type === "Identifier" && writes.has(callee.name ?? "");
}

/** Returns the nodes that this node drives, or passes on to be driven. */
function drivenBy(node: Node, writes: ReadonlySet<string>): readonly Node[] {
  const { type, argument, delegate } = node as Typed;
  if (type === "YieldExpression" && delegate === true && argument) return branchesOf(argument);
  if (type === "ReturnStatement" && argument) return branchesOf(argument);
  return isCall(node, writes) ? (node.arguments ?? []) : [];
}

function branchesOf(node: Node): readonly Node[] {
  const { type, consequent, alternate } = node as Typed;
  return type === "ConditionalExpression" && consequent && alternate
    ? [...branchesOf(consequent), ...branchesOf(alternate)]
    : [node];
}
