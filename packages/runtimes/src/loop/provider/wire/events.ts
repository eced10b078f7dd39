/**
 * Reads the events of an answer's body in any form: server-sent events with all their variants (CRLF, no space after
 * `data:`, no blank line between or at the end, comments, pings), one JSON body though a stream was requested, or a
 * line of JSON for each event. Anything else is not from a model server, and fails immediately.
 */
import { asObject, parseJson } from "./json.ts";
import { NotModelServer, pageWords, ServerError } from "./server-error.ts";

export type WireEvent =
  | { readonly type: "value"; readonly name: string | null; readonly value: unknown; readonly isBody: boolean }
  | { readonly type: "done" };

/** For one line, and for a body that is one JSON value. */
const mostChars = 16 * 1024 * 1024;
const mostBytes = 128 * 1024 * 1024;
/** For a whole answer; each line costs time, however short it is. */
const mostLines = 2_000_000;

/** A retry would get an answer of the same length. */
function endless(words: string): ServerError {
  return new ServerError(words, { status: 200, hint: "endless" });
}

type Form = "unknown" | "events" | "json" | "page" | "words";

/** Throws `NotModelServer` for a page or an empty body, `ServerError` for what breaks a bound. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<WireEvent> {
  let form: Form = "unknown";
  let whole = "";
  let hasEvents = false;
  const parser = newEventParser();
  for await (const line of readLines(body)) {
    if (form === "unknown") form = formOf(line);
    switch (form) {
      case "unknown":
        break;
      case "events":
        for (const event of parser.take(line)) {
          hasEvents = true;
          yield event;
        }
        break;
      case "json": {
        const value =
          whole === "" && /[}\]]\s*,?\s*$/.test(line) ? parseJson(line.trim().replace(/,$/, "")) : undefined;
        if (value === undefined) whole += `${line}\n`;
        else yield* valuesOf(value);
        break;
      }
      default:
        whole += `${line}\n`;
    }
    if (whole.length > mostChars) throw endless("its answer is longer than 16 MB");
    // The rest of a page may never come.
    if ((form === "page" && /<\/title>|<body/i.test(whole)) || (form !== "json" && whole.length > 16_000)) break;
  }
  if (form === "events") {
    for (const event of parser.end()) {
      hasEvents = true;
      yield event;
    }
    const odd = parser.oddText();
    if (!hasEvents && odd !== "") throw new ServerError(odd, { status: 200 });
  }
  if (form === "unknown") throw new NotModelServer("an empty body");
  if (form === "page") throw new NotModelServer(pageWords(whole));
  if (form === "words") throw new NotModelServer(`“${whole.trim().slice(0, 200)}”`);
  if (form === "json" && whole.trim() !== "") {
    const value = parseJson(whole);
    if (value === undefined)
      throw new ServerError(`JSON that is cut or broken: ${whole.slice(0, 200)}`, { status: 200 });
    yield* valuesOf(value);
  }
}

function formOf(line: string): Form {
  const start = line.trimStart();
  if (start === "") return "unknown";
  if (/^(:|(data|event|id|retry)\s*(:|$))/.test(start)) return "events";
  if (/^[[{]/.test(start)) return "json";
  return start.startsWith("<") ? "page" : "words";
}

function* valuesOf(value: unknown): Generator<WireEvent> {
  const all =
    Array.isArray(value) && value.length > 0 && value.every((each) => asObject(each) !== null) ? value : [value];
  for (const each of all) yield { type: "value", name: null, value: each, isBody: true };
}

interface EventParser {
  take(line: string): readonly WireEvent[];
  end(): readonly WireEvent[];
  /** Returns the text that was not an event: a plain sentence in place of one. */
  oddText(): string;
}

function newEventParser(): EventParser {
  let name: string | null = null;
  let data = "";
  let odd = "";
  const noteOdd = (text: string) => {
    if (odd.length < 400 && text.trim() !== "") odd = `${odd} ${text.trim()}`.trim().slice(0, 400);
  };
  const flush = (): readonly WireEvent[] => {
    if (data === "") return [];
    const value = parseJson(data);
    const text = data;
    data = "";
    if (value !== undefined) return [{ type: "value", name, value, isBody: false }];
    if (name === "error") return [{ type: "value", name, value: text, isBody: false }];
    noteOdd(text);
    return [];
  };
  const take = (line: string): readonly WireEvent[] => {
    if (line.trim() === "") {
      const events = flush();
      name = null;
      return events;
    }
    if (line.startsWith(":")) return [];
    const field = /^\s*(data|event|id|retry)\s*(?::\s?|$)([\s\S]*)$/.exec(line);
    if (field?.[1] === "event") {
      const events = flush();
      name = field[2]?.trim() ?? null;
      return events;
    }
    if (field !== null && field[1] !== "data") return [];
    const text = field === null ? line : (field[2] ?? "");
    if (field === null && !/^\s*[[{]/.test(line)) {
      noteOdd(line);
      return [];
    }
    if (/^\s*"?\[?DONE\]?"?\s*$/.test(text)) return [...flush(), { type: "done" }];
    // Many servers leave out the blank line, so an event is complete as soon as its data is.
    const before = data !== "" && parseJson(data) !== undefined ? flush() : [];
    data = data === "" ? text : `${data}\n${text}`;
    if (data.length > mostChars) throw endless("an event of its answer is longer than 16 MB");
    return /[}\]]\s*$/.test(text) && parseJson(data) !== undefined ? [...before, ...flush()] : before;
  };
  return { take, end: flush, oddText: () => odd };
}

/**
 * Yields lines without their ends. A CR that ends a piece makes an empty line of the LF that follows, which has no
 * effect.
 */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let pending = 0;
  let bytes = 0;
  let count = 0;
  let isPage: boolean | null = null;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw endless("its answer is longer than 128 MB");
    const text = decoder.decode(chunk, { stream: true });
    // The end of a page's line may never come, and its start is enough.
    isPage ??= /\S/.test(text) ? /^\s*</.test(text) : null;
    const lines = text.split(/\r\n|\n|\r/);
    count += lines.length;
    if (count > mostLines) throw endless("its answer is longer than 2 million lines");
    for (const [n, line] of lines.entries()) {
      pieces.push(line);
      pending += line.length;
      if (pending > mostChars) throw endless("a line of its answer is longer than 16 MB");
      if (n === lines.length - 1 && isPage !== true) break;
      yield pieces.join("");
      pieces = [];
      pending = 0;
    }
  }
  const last = pieces.join("") + decoder.decode();
  if (last !== "") yield last;
}
