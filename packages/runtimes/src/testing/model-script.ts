/**
 * Defines what the scripted model server answers. A script is a function of the request, so a whole cast of bots is one
 * function: `request.system` tells which bot is asked, `request.lastUser` its message, and `request.results` how far
 * this turn has come. Nothing here keeps state.
 */

export interface ChatMessage {
  readonly role: string;
  readonly text: string;
  /** Names of the tools an assistant message called. */
  readonly calls: readonly string[];
}

export interface ModelRequest {
  /** 1, 2, 3 … in the order of arrival. */
  readonly n: number;
  /** How often this very conversation was sent: > 1 when the client retries. */
  readonly attempt: number;
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ChatMessage[];
  /** The message to answer: of those since the last whole answer the newest with directives, else the newest. */
  readonly lastUser: string;
  /** Results of the tool calls made since `lastUser`, oldest first. */
  readonly results: readonly string[];
  readonly tools: readonly string[];
  readonly stream: boolean;
}

export interface ScriptedCall {
  readonly name: string;
  /** A string is sent unchanged, even if it is not JSON. */
  readonly input: unknown;
}

export interface Script {
  readonly text?: string;
  /** The model's thoughts before its text, as `reasoning_content`; only chat completions have them. */
  readonly reasoning?: string;
  /** Between the reasoning and the text nothing is sent until this is settled. */
  readonly thinksUntil?: Promise<unknown>;
  readonly calls?: readonly ScriptedCall[];
  /** Before the first byte. */
  readonly delayMs?: number;
  /** The number of pieces of the streamed text. */
  readonly chunks?: number;
  /** Time between two pieces. */
  readonly gapMs?: number;
  readonly finish?: "stop" | "length" | "content_filter" | "tool_calls";
  readonly fail?: { readonly status: number; readonly message?: string; readonly retryAfter?: string };
  /** After half of the text: send nothing more and keep the connection open, drop it, or end as if that were all. */
  readonly breakOff?: "stall" | "cut" | "end";
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export type ScriptFunction = (request: ModelRequest) => Script | Promise<Script>;

export function say(text: string, more: Omit<Script, "text"> = {}): Script {
  return { ...more, text };
}

export function call(name: string, input: unknown, more: Omit<Script, "calls"> = {}): Script {
  return { ...more, calls: [{ name, input }] };
}

export function fail(status: number, more: { readonly message?: string; readonly retryAfter?: string } = {}): Script {
  return { fail: { status, ...more } };
}

interface Directive {
  readonly name: string;
  readonly value: string;
}

/**
 * The default script: follows the directives in the user message, and without any answers with its words.
 *
 * `[[say=TEXT]]` · `[[think=TEXT]]` · `[[tool=NAME {json}]]`, several are called one per round trip, `[[tools]]` calls them together ·
 * `[[delay=MS]]` `[[chunks=N]]` `[[gap=MS]]` · `[[fail=STATUS]]` `[[retry-after=SECONDS]]` `[[stall]]` `[[cut]]`
 * `[[end]]` `[[empty]]` `[[length]]` `[[filter]]`. `fail` and these take ` xN`: only the first N attempts.
 */
export function directiveScript(request: ModelRequest): Script {
  const directives = readDirectives(request.lastUser);
  const find = (name: string) => directives.findLast((directive) => directive.name === name);
  const number = (name: string) => (find(name) ? { [name]: Number(find(name)?.value) } : {});
  const holds = (name: string) => {
    const found = find(name);
    if (!found) return null;
    const times = /(?:^|\s)x(\d+)$/.exec(found.value);
    return times && request.attempt > Number(times[1]) ? null : found.value.replace(/\s*x\d+$/, "");
  };

  const status = holds("fail");
  const retryAfter = find("retry-after")?.value;
  const { delay, chunks, gap } = { ...number("delay"), ...number("chunks"), ...number("gap") };
  const pace = {
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(chunks === undefined ? {} : { chunks }),
    ...(gap === undefined ? {} : { gapMs: gap }),
  };
  if (status !== null) {
    return { ...pace, fail: { status: Number(status), ...(retryAfter === undefined ? {} : { retryAfter }) } };
  }
  if (holds("empty") !== null) return { ...pace, text: "" };

  const calls = directives.filter(({ name }) => name === "tool").map(({ value }) => readCall(value));
  const thought = find("think")?.value;
  const reasoning = thought === undefined ? {} : { reasoning: thought };
  const due = find("tools")
    ? request.results.length === 0
      ? calls
      : []
    : calls.slice(request.results.length).slice(0, 1);
  if (due.length > 0) return { ...pace, ...reasoning, calls: due };
  return {
    ...pace,
    ...reasoning,
    text: find("say")?.value ?? plainAnswer(request),
    ...(holds("length") === null ? {} : { finish: "length" as const }),
    ...(holds("filter") === null ? {} : { finish: "content_filter" as const }),
    ...(holds("stall") === null ? {} : { breakOff: "stall" as const }),
    ...(holds("end") === null ? {} : { breakOff: "end" as const }),
    ...(holds("cut") === null ? {} : { breakOff: "cut" as const }),
  };
}

function plainAnswer(request: ModelRequest): string {
  const last = request.results.at(-1);
  return last === undefined
    ? `scripted answer to: ${withoutDirectives(request.lastUser).slice(0, 400)}`
    : `done: ${last.slice(0, 400)}`;
}

function readCall(value: string): ScriptedCall {
  const [, name = "", input = ""] = /^(\S+)\s*([\s\S]*)$/.exec(value) ?? [];
  return { name, input: input === "" ? "{}" : input };
}

/** Returns the directives of a text, outermost only: one may be inside another, so a task can pass directives on. */
export function readDirectives(text: string): Directive[] {
  return scan(text).directives;
}

function withoutDirectives(text: string): string {
  return scan(text).rest.trim();
}

function scan(framed: string): { directives: Directive[]; rest: string } {
  // The head of a quoted message names its session, whose title may be the start of a script.
  const text = framed.replace(/^<\/?message [^\n]*>$/gm, "");
  const directives: Directive[] = [];
  let rest = "";
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("[[", at);
    const end = start < 0 ? -1 : closing(text, start);
    if (end < 0) return { directives, rest: rest + text.slice(at) };
    rest += text.slice(at, start);
    const body = text.slice(start + 2, end);
    const [, name = "", value = ""] = /^([a-z-]+)(?:[= ]([\s\S]*))?$/.exec(body.trim()) ?? [];
    if (name) directives.push({ name, value: value.trim() });
    at = end + 2;
  }
  return { directives, rest };
}

/** Returns where the `]]` of the directive that starts at `start` is; -1 when it is not closed. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const two = text.slice(at, at + 2);
    if (two === "[[") {
      depth += 1;
      at += 1;
    } else if (two === "]]") {
      // `[[say=[x]]]`: the first bracket belongs to the text.
      if (depth === 1 && text[at + 2] === "]") continue;
      depth -= 1;
      if (depth === 0) return at;
      at += 1;
    }
  }
  return -1;
}
