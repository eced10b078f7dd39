/**
 * Checks what llama.cpp refuses of a tool's schema. It turns the schemas of all tools into one grammar, so that a
 * single bad one makes every request fail. Sources: llama.cpp's common/json-schema-to-grammar.cpp (patterns,
 * references) and src/llama-grammar.cpp (escapes, fewer than 2,000 repetitions); ggml-org/llama.cpp#27580,
 * openclaw/openclaw#113562. Newer builds accept `(?:`, but those in use do not all.
 */
import { type Json, list, object } from "./dialect.ts";

const repetitions = 2_000;
const types = ["object", "array", "string", "number", "integer", "boolean", "null"];

/** Returns the first reason why no grammar can be built; null when one can. */
export function grammarFault(schema: unknown, root: Json = object(schema)): string | null {
  if (typeof schema === "boolean") return null;
  const node = object(schema);
  return nodeFault(node, root) ?? firstFault(childrenOf(node), root);
}

function nodeFault(node: Json, root: Json): string | null {
  const { pattern, $ref: ref, type } = node;
  if (typeof ref === "string") {
    if (ref.startsWith("#/") && !resolves(ref, root)) return `Error resolving ref ${ref}`;
  }
  if (typeof pattern === "string") {
    const fault = patternFault(pattern);
    if (fault !== null) return fault;
  }
  const given = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (given.some((one) => !types.includes(String(one)))) return `Unrecognized schema: ${JSON.stringify(node)}`;
  for (const key of ["minLength", "maxLength", "minItems", "maxItems"]) {
    const value = node[key];
    if (typeof value === "number" && value >= repetitions) {
      return "number of repetitions exceeds sane defaults, please reduce the number of repetitions";
    }
  }
  return null;
}

/** A pattern becomes literals and repetitions; unknown parts become an escape that no grammar has. */
function patternFault(pattern: string): string | null {
  if (!/^\^[\s\S]*\$$/.test(pattern)) return "Pattern must start with '^' and end with '$'";
  if (/\(\?/.test(pattern)) return "Unsupported pattern syntax";
  const escaped = /\\[a-zA-Z]/.exec(pattern.replace(/\\\\/g, ""));
  if (escaped && !/\\[nrt]/.test(escaped[0])) return `unknown escape at ${escaped[0]}`;
  const counts = [...pattern.matchAll(/\{(\d*),?(\d*)\}/g)].flatMap(([, from, to]) => [Number(from), Number(to)]);
  return counts.some((count) => count >= repetitions)
    ? "number of repetitions exceeds sane defaults, please reduce the number of repetitions"
    : null;
}

function childrenOf(node: Json): unknown[] {
  const maps = ["properties", "$defs", "definitions", "patternProperties"].flatMap((key) =>
    Object.values(object(node[key])),
  );
  const lists = ["anyOf", "oneOf", "allOf", "prefixItems"].flatMap((key) => list(node[key]));
  const single = ["items", "additionalProperties"].flatMap((key) =>
    Array.isArray(node[key]) ? list(node[key]) : typeof node[key] === "object" ? [node[key]] : [],
  );
  return [...maps, ...lists, ...single];
}

function firstFault(children: readonly unknown[], root: Json): string | null {
  for (const child of children) {
    const fault = grammarFault(child, root);
    if (fault !== null) return fault;
  }
  return null;
}

function resolves(ref: string, root: Json): boolean {
  let node: unknown = root;
  for (const part of ref.slice(2).split("/")) node = object(node)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  return node !== undefined;
}
