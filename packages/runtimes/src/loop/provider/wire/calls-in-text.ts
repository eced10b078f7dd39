/**
 * Finds tool calls that a server without a parser for its model leaves at the end of the text:
 * `<tool_call>{…}</tool_call>`, `<function=name>{…}</function>`, the same with `<parameter=name>…</parameter>`,
 * `[TOOL_CALLS][{…}]`, `[TOOL_CALLS]name{…}`, `<|python_tag|>{…}`. They count only when nothing follows, outside code,
 * and for offered tools; a model that has ever made a proper call writes such words as text.
 */
import { asList, asObject, parseJson, textOf } from "./json.ts";
import { endsInCode } from "./thoughts.ts";

export interface TextCalls {
  /** The words before the calls. */
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
}

const start = /<tool_call>|<function=|\[TOOL_CALLS\]|<\|python_tag\|>/i;
const blockStart =
  /^\s*(?:<tool_call>\s*|<\|python_tag\|>\s*)?(?:<function=([\w.-]+)>\s*|\[TOOL_CALLS\]\s*([\w.-]+)\s*(?:\[ARGS\]\s*)?)?(?=\{)/i;
const tagged =
  /^\s*(?:<tool_call>\s*)?<function=([\w.-]+)>\s*((?:<parameter=[\w.-]+>[\s\S]*?<\/parameter>\s*)*)<\/function>\s*(?:<\/tool_call>)?/i;

/** Returns null when the text holds none. */
export function readTextCalls(text: string, toolNames: ReadonlySet<string>): TextCalls | null {
  const at = text.search(start);
  if (at < 0 || endsInCode(text.slice(0, at))) return null;
  const calls = readList(text.slice(at)) ?? readBlocks(text.slice(at));
  const known = calls?.every(({ name }) => toolNames.has(name)) === true;
  return calls !== null && calls.length > 0 && known ? { text: text.slice(0, at).trimEnd(), calls } : null;
}

function readList(text: string): TextCalls["calls"] | null {
  if (!/^\[TOOL_CALLS\]/i.test(text)) return null;
  const value = parseJson(text.slice("[TOOL_CALLS]".length).trim());
  if (!Array.isArray(value)) return null;
  const calls = asList(value).map((each) => readCall(each, null));
  return calls.every((call) => call !== null) ? calls : null;
}

function readBlocks(text: string): TextCalls["calls"] | null {
  const calls: { readonly name: string; readonly input: string }[] = [];
  for (let rest = text; rest.trim() !== ""; ) {
    const open = /^\s*[<[]/.test(rest) ? blockStart.exec(rest) : null;
    const found = open === null ? readTagged(rest) : readWhole(rest, open[1] ?? open[2] ?? null);
    if (found === null) return null;
    calls.push(found.call);
    rest = rest.slice(found.length);
  }
  return calls;
}

/** Reads the format of Qwen's coders: a tag for each argument, whose text is the value. */
function readTagged(text: string) {
  const [whole = "", name, inside = ""] = tagged.exec(text.slice(0, 300_000)) ?? [];
  if (name === undefined) return null;
  const pairs = [...inside.matchAll(/<parameter=([\w.-]+)>\n?([\s\S]*?)\n?<\/parameter>/gi)];
  const input = Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, parseJson(value) ?? value]));
  return { call: { name, input: JSON.stringify(input) }, length: whole.length };
}

/** The first closing brace need not be the last: the object ends where it is complete. */
function readWhole(text: string, name: string | null) {
  const from = text.indexOf("{");
  for (let to = text.indexOf("}", from); to >= 0 && to - from < 300_000; to = text.indexOf("}", to + 1)) {
    const value = parseJson(text.slice(from, to + 1));
    if (value === undefined) continue;
    const call = readCall(value, name);
    const end = /^\s*(?:<\/function>)?\s*(?:<\/tool_call>)?/i.exec(text.slice(to + 1))?.[0].length ?? 0;
    return call === null ? null : { call, length: to + 1 + end };
  }
  return null;
}

function readCall(value: unknown, name: string | null): { readonly name: string; readonly input: string } | null {
  const object = asObject(value);
  if (object === null) return null;
  if (name !== null) return { name, input: JSON.stringify(object) };
  const own = textOf(object.name);
  const input = object.arguments ?? object.parameters ?? {};
  return own === null ? null : { name: own, input: typeof input === "string" ? input : JSON.stringify(input) };
}
