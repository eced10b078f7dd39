/**
 * Reads what a server sent instead of an answer: a status, an error inside a stream or body that began well, or a page
 * that is not from a model server. Its words are found in any shape.
 */
import { asList, asObject, fieldOf, parseJson, textOf } from "./json.ts";

/** What the shape of an error tells beyond its words. */
export type ErrorHint = "overflow" | "malformed" | "passing" | "filtered" | "endless";

export interface ServerErrorOptions {
  /** 200 for an error that came inside an answer. */
  readonly status: number;
  readonly headers?: Headers | null;
  readonly hint?: ErrorHint | null;
}

export class ServerError extends Error {
  readonly status: number;
  readonly headers: Headers | null;
  readonly hint: ErrorHint | null;

  /** `message`: the server's own words. */
  constructor(message: string, { status, headers = null, hint = null }: ServerErrorOptions) {
    super(message);
    this.name = "ServerError";
    this.status = status;
    this.headers = headers;
    this.hint = hint;
  }
}

/** The server does not support this protocol: a retry does not help. */
export class NotModelServer extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotModelServer";
  }
}

const wordFields = [
  ...["message", "detail", "msg", "error_description", "error_message", "error_msg", "errorMessage", "errmsg"],
  ...["status_msg", "title", "reason", "errors"],
];
const codeFields = ["code", "status", "statusCode", "error_code", "errorCode", "errcode"];
const mostWords = 4_000;

/** Returns the words of a body; `no reason given` when it has none. */
export function wordsOfBody(body: string): string {
  const trimmed = body.trim();
  if (trimmed === "") return "no reason given";
  if (trimmed.startsWith("<")) return pageWords(trimmed);
  const value = parseJson(trimmed.replace(/^data:\s*/, "").replace(/\s*data:\s*\[DONE\]$/, ""));
  return (value === undefined ? trimmed : wordsOf(value)).slice(0, mostWords) || "no reason given";
}

/** Returns the words of an error of any shape, with its codes. */
export function wordsOf(value: unknown, depth = 0): string {
  if (typeof value === "string") return wordsInside(value, depth) || "no reason given";
  if (depth > 4) return JSON.stringify(value)?.slice(0, 400) ?? "";
  if (Array.isArray(value)) {
    const words = value.slice(0, 3).map((each) => wordsOf(each, depth + 1));
    return words.join("; ");
  }
  const object = asObject(value);
  if (object === null) return String(value);
  const inner = object.error ?? object.base_resp;
  const own = wordFields.map((field) => object[field]).find((field) => isTelling(field));
  const words = isTelling(inner) ? wordsOf(inner, depth + 1) : own === undefined ? "" : wordsOf(own, depth + 1);
  // FastAPI: which field it is about.
  const place = asList(object.loc).join(".");
  // OpenRouter: the error of the provider behind it.
  const raw = textOf(fieldOf(object, "metadata", "raw"));
  const parts = [
    place === "" ? words : `${place}: ${words}`,
    ...(raw === null ? [] : [wordsInside(raw, depth + 1)]),
    ...(isTelling(inner) && typeof own === "string" && own !== words ? [own] : []),
  ].filter((part) => part !== "");
  if (parts.length === 0) return JSON.stringify(value)?.slice(0, 400) ?? "";
  return parts.join(": ") + codesOf(object, parts.join(" "));
}

/** A message may itself be the JSON of another server's error. */
function wordsInside(text: string, depth: number): string {
  const trimmed = text.trim();
  const value = depth < 4 && /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined;
  return value === undefined ? trimmed : wordsOf(value, depth + 1);
}

function isTelling(value: unknown): boolean {
  return (typeof value === "string" && value.trim() !== "") || (typeof value === "object" && value !== null);
}

function codesOf(object: Readonly<Record<string, unknown>>, words: string): string {
  const codes = [...codeFields, "type", "param"].flatMap((field) => {
    const code = object[field];
    const text = typeof code === "string" || typeof code === "number" ? String(code) : "";
    return text === "" || text === "error" || text.length > 60 || words.includes(text) ? [] : [text];
  });
  return codes.length === 0 ? "" : ` (${[...new Set(codes)].join(", ")})`;
}

/** Returns a page in words: its title, else its text. */
export function pageWords(page: string): string {
  const title = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(page)?.[1]?.trim();
  const text = page
    .replace(/<(script|style)[\s\S]*?(<\/\1>|$)/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const words = withoutEntities(title !== undefined && title !== "" ? title : text.slice(0, 200));
  return words === "" ? "a web page" : `a web page, “${words.slice(0, 200)}”`;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : whole;
  });
}

/**
 * Returns the error that an event of a stream, or a whole body, carries; null when it carries none. An event with
 * choices may have an `error` beside them; one without is an error when it looks like one.
 */
export function errorInEvent(name: string | null, value: unknown): ServerError | null {
  if (Array.isArray(value)) {
    const errors = value.flatMap((each) => errorInEvent(name, each) ?? []);
    return errors[0] ?? null;
  }
  const event = asObject(value);
  if (event === null) return name === "error" ? new ServerError(wordsOf(value), { status: 200 }) : null;
  const choice = asList(event.choices)[0];
  const found = [event.error, fieldOf(choice, "error"), fieldOf(event, "response", "error")].find(isTelling);
  const base = asObject(event.base_resp);
  const isBase = base !== null && typeof base.status_code === "number" && base.status_code !== 0;
  const isNamed =
    name === "error" || event.type === "error" || event.type === "response.failed" || event.object === "error";
  const hasAnswer = Array.isArray(event.choices) || asObject(event.message) !== null;
  const isBare = !hasAnswer && (isTelling(event.detail) || isCoded(event));
  if (found === undefined && !isBase && !isNamed && !isBare) return null;
  const status = statusIn(event) ?? statusIn(asObject(found)) ?? 200;
  return new ServerError(wordsOf(found === undefined ? value : { ...event, error: found }), { status });
}

function isCoded(event: Readonly<Record<string, unknown>>): boolean {
  const hasWords = wordFields.some((field) => isTelling(event[field]));
  const code = [...codeFields, "success"].map((field) => event[field]).find((each) => each !== undefined);
  return hasWords && code !== undefined && code !== 200 && code !== 0 && code !== true && code !== null;
}

/** A code that is an HTTP status tells how to treat the error. */
function statusIn(object: Readonly<Record<string, unknown>> | null): number | null {
  for (const field of ["status", "statusCode", "status_code", "code"]) {
    const code = Number(object?.[field]);
    if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  }
  return null;
}
