/**
 * Reads a call's arguments from what a model or its server sent: encoded twice, inside a code fence, with text behind,
 * with an empty object in front. Malformed arguments stay text: the call is answered with an error that the model can
 * correct.
 */
import { asObject, parseJson } from "./json.ts";

export type CallInput =
  | { readonly type: "read"; readonly input: unknown }
  /** It ends in the middle. */
  | { readonly type: "cut" }
  | { readonly type: "malformed"; readonly text: string };

export function readArguments(given: string): CallInput {
  const text = unfence(given.trim());
  if (text === "" || text === "null") return { type: "read", input: {} };
  const value = parseJson(text);
  if (value !== undefined) return { type: "read", input: unwrap(value) };
  const start = /^[{[]/.test(text) ? firstValueEnd(text) : null;
  if (start === "open") return { type: "cut" };
  if (typeof start === "number") {
    const first = parseJson(text.slice(0, start));
    const rest = parseJson(text.slice(start).trim());
    // Some models start a call with `{}` in front of the real arguments.
    const isEmpty = asObject(first) !== null && Object.keys(first as object).length === 0;
    if (isEmpty && asObject(rest) !== null) return { type: "read", input: rest };
    if (first !== undefined) return { type: "read", input: unwrap(first) };
  }
  const escaped = parseJson(escapeControls(text));
  return escaped === undefined ? { type: "malformed", text: given } : { type: "read", input: unwrap(escaped) };
}

function unfence(text: string): string {
  return /^```(?:json)?\s*([\s\S]*?)\s*```$/i.exec(text)?.[1] ?? text;
}

/** A string that holds JSON means the JSON, however often it was encoded. */
function unwrap(value: unknown): unknown {
  let at = value;
  for (let depth = 0; depth < 3 && typeof at === "string"; depth += 1) {
    const inner = parseJson(at.trim());
    if (inner === undefined) break;
    at = inner;
  }
  return at === null ? {} : at;
}

/** Returns where the first value ends; `open` when it does not. */
function firstValueEnd(text: string): number | "open" {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return "open";
}

/** Escapes line breaks and tabs inside strings, which JSON does not allow. */
function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/gs, (string) =>
    string.replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t"),
  );
}
