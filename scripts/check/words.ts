/**
 * Keeps words that a reader has to decode out of what people and bots read, which is every string, template and JSX
 * text of the product, and out of the comment that each of its files begins with. docs/writing.md has the same list
 * with examples. Only words with a better one in every sentence are here.
 */
import { lineAt, type Node, nodesOf } from "./syntax.ts";
import { isProduct, isScript, type Problem, type SourceFile, type Tree } from "./tree.ts";

interface Avoided {
  readonly words: RegExp;
  readonly instead: string;
}

const things = "bot|session|topic|schedule|agent|gateway|provider|block";

const avoided: readonly Avoided[] = [
  { words: /\bwho(m)?ever\b/i, instead: "anyone who" },
  { words: /\bsomebody\b/i, instead: "someone" },
  { words: /\bover there\b/i, instead: "the name of the place, such as “in OpenClaw”" },
  { words: /\b(is|are) told\b/i, instead: "what the reader gets: “gets an error”, “sees”" },
  { words: /\bat once\b/i, instead: "immediately, or together" },
  { words: /\bmeanwhile\b/i, instead: "since, or in the meantime" },
  { words: /\bwhat is much\b/i, instead: "the scale" },
  { words: /\blet (it|them|(a|an|the|this) \w+) go\b(?! on)/i, instead: "disconnect, or release" },
  { words: /\blast words\b/i, instead: "latest message, or final answer" },
  { words: /\bt(ake|akes|aken|aking|ook) in an? /i, instead: "import, or accept" },
  { words: /\b(fall|falls|fell|fallen) silent\b/i, instead: "go quiet, or send nothing" },
  { words: /\bput(s|ting)? away\b/i, instead: "archive, or dismiss" },
  { words: /\banew\b/i, instead: "again" },
  { words: /\bstands? in (?!for\b|the way\b)/i, instead: "is in" },
  { words: new RegExp(`\\bmake (a|an|the|this|your|another) (new )?(${things})\\b(?! [a-z])`, "i"), instead: "create" },
  { words: /^Not (made|saved|created|deleted|forgotten|corrected|imported): /, instead: "Couldn't …:" },
  { words: /(?<!\bthere )\bis no (?!longer\b|more\b|one\b|good\b)/i, instead: "is not a" },
];

/** The comment that a file begins with, without its marks. */
const headerPattern = /^(?:#!.*\n)?\s*\/\*+((?:[^*]|\*(?!\/))*)/;

export function checkWords(tree: Tree): Problem[] {
  return tree.files.filter(({ path }) => isScript(path) && isProduct(path)).flatMap(checkFile);
}

/** True for recall's lists of the words it recognises. */
function isVocabulary(path: string): boolean {
  return /^packages\/recall\/src\/(text|query|rank)\//.test(path);
}

function checkFile(file: SourceFile): Problem[] {
  const header = checkHeader(file);
  return isVocabulary(file.path) ? header : [...header, ...checkTexts(file)];
}

function checkHeader({ path, text }: SourceFile): Problem[] {
  const [start = "", header] = headerPattern.exec(text) ?? [];
  if (header === undefined) return [];
  const line = lineAt(text, start.length - header.length);
  return problemsIn(oneLine(header.replaceAll(/^\s*\*/gm, "").replaceAll(/`[^`]*`/g, "…")), path, line);
}

function checkTexts(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  for (const node of nodesOf(file)) {
    const text = textOf(node);
    if (text !== null) problems.push(...problemsIn(text, file.path, lineAt(file.text, node.start)));
  }
  return problems;
}

function problemsIn(text: string, path: string, line: number): Problem[] {
  return avoided.flatMap(({ words, instead }) => {
    const found = words.exec(text);
    return found === null ? [] : [{ path, line, text: `“${found[0].trim()}”: say ${instead} (docs/writing.md)` }];
  });
}

/** Returns the text that a reader sees of a node, in one line; null when it has none. */
function textOf({ type, value }: Node): string | null {
  if (type === "TemplateElement") return oneLine((value as { readonly cooked?: string | null }).cooked ?? "");
  if (type !== "Literal" && type !== "JSXText") return null;
  if (typeof value !== "string") return null;
  return type === "Literal" && isKey(value) ? null : oneLine(value);
}

/** True for a key, a class or an id, which readers never see. */
function isKey(text: string): boolean {
  return /^[^A-Z\s]*$/.test(text);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
