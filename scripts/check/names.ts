/**
 * Keeps meaningless names out of exports, file names and folders. `TurnData` and `session-helper.ts` name a place to
 * put things; the thing itself has a better name in the glossary.
 */
import { posix } from "node:path";
import { lineAt, moduleOf } from "./syntax.ts";
import { isScript, type Problem, type SourceFile, type Tree } from "./tree.ts";

const banned = new Set(["manager", "helper", "util", "data", "info"]);
const bannedFolders = new Set(["util", "utils", "helper", "helpers", "common"]);

export function checkNames(tree: Tree): Problem[] {
  return tree.files.flatMap((file) => [...checkPath(file.path), ...(isScript(file.path) ? checkExports(file) : [])]);
}

function checkPath(path: string): Problem[] {
  const problems: Problem[] = [];
  for (const folder of posix.dirname(path).split("/")) {
    if (bannedFolders.has(folder)) problems.push({ path, text: `folder "${folder}/": name it after what it holds` });
  }
  const [base = ""] = posix.basename(path).split(".");
  if (isBanned(base)) problems.push({ path, text: `file name ends in a word that says nothing` });
  if (base === "index" && isScript(path)) problems.push({ path, text: "no index files: import the file that has it" });
  return problems;
}

function checkExports(file: SourceFile): Problem[] {
  return moduleOf(file)
    .staticExports.flatMap(({ entries }) => entries)
    .filter(({ exportName }) => isBanned(exportName.name ?? ""))
    .map(({ start, exportName }) => ({
      path: file.path,
      line: lineAt(file.text, start),
      text: `exports "${exportName.name}": ends in a word that says nothing; name the thing itself`,
    }));
}

/** Judges the last word: `tokenInfo`, `TOKEN_INFO` and `token-info` alike, in singular and plural; not `metadata`. */
function isBanned(name: string): boolean {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  const last = words.at(-1)?.toLowerCase() ?? "";
  return banned.has(last) || banned.has(last.replace(/s$/, ""));
}
