/**
 * Says in words what a plain schema cannot: limits, formats, defaults, choices. The text is appended to the
 * description.
 */
import type { Json, SchemaShape } from "./schema-shape.ts";

const maxLength = 2_000;
/** Shortens the description if notes follow. */
const maxSaidLength = 1_000;
const maxNoteLength = 200;

export function notesOf(
  { limits, choices, types }: SchemaShape,
  { type, isListed }: { readonly type: string; readonly isListed: boolean },
): readonly string[] {
  const unit = type === "array" ? "items" : "characters";
  const size = type === "array" ? [limits.minItems, limits.maxItems] : [limits.minLength, limits.maxLength];
  const isSized = type === "array" || type === "string";
  const isNumber = type === "number" || type === "integer";
  return [
    isSized ? sizeNote(size[0], size[1], unit) : "",
    isNumber ? rangeNote(limits) : "",
    type === "string" ? formatNote(limits.format, limits.pattern) : "",
    choices !== null && !isListed ? `one of ${shown(choices.filter((choice) => choice !== null))}` : "",
    types.size === 0 ? "any JSON value" : otherTypes(types, type),
    isWorthSaying(limits.default) ? `${shown([limits.default])} when left out` : "",
  ].filter((note) => note !== "");
}

export function withNotes(description: string, notes: readonly string[]): string {
  const said = description.trim();
  if (notes.length === 0) return cut(said, maxLength);
  const start = said === "" ? "" : `${cut(said, maxSaidLength)}${/[.!?…:;]$/.test(said) ? "" : "."} `;
  const sentence = notes.join("; ");
  return cut(`${start}${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`, maxLength);
}

function cut(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
}

function sizeNote(least: Json, most: Json, unit: string): string {
  const min = isCount(least) && least > 1 ? least : null;
  const max = isCount(most) ? most : null;
  if (min !== null && max !== null) return `from ${grouped(min)} to ${grouped(max)} ${unit}`;
  if (min !== null) return `at least ${grouped(min)} ${unit}`;
  return max === null ? "" : `at most ${grouped(max)} ${unit}`;
}

function rangeNote({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaShape["limits"]): string {
  if (isBound(minimum) && isBound(maximum)) return `from ${grouped(minimum)} to ${grouped(maximum)}`;
  const notes = [
    isBound(minimum) ? `at least ${grouped(minimum)}` : "",
    isBound(exclusiveMinimum) ? `more than ${grouped(exclusiveMinimum)}` : "",
    isBound(maximum) ? `at most ${grouped(maximum)}` : "",
    isBound(exclusiveMaximum) ? `less than ${grouped(exclusiveMaximum)}` : "",
  ];
  return notes.filter((note) => note !== "").join(" and ");
}

const formats: Readonly<Record<string, string>> = {
  "date-time": "a date and time in ISO 8601",
  date: "a date such as 2026-01-31",
  time: "a time of day such as 09:00:00Z",
  duration: "a duration in ISO 8601",
  email: "an e-mail address",
  uri: "an address (URI)",
  url: "an address (URL)",
  uuid: "a UUID",
};

function formatNote(format: Json, pattern: Json): string {
  // A pattern beside a format repeats it for machines.
  if (typeof format === "string" && format !== "") {
    return Object.hasOwn(formats, format) ? (formats[format] ?? "") : `in the format ${format.slice(0, maxNoteLength)}`;
  }
  const isShort = typeof pattern === "string" && pattern !== "" && pattern.length <= 80;
  return isShort ? `matching ${pattern}` : "";
}

function otherTypes(types: ReadonlySet<string>, type: string): string {
  const others = [...types].filter((other) => other !== type && !(type === "number" && other === "integer"));
  return others.length === 0 ? "" : `${others.map((other) => words[other] ?? other).join(" or ")} is also accepted`;
}

const words: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
};

function isWorthSaying(value: Json): boolean {
  return value !== undefined && value !== null && !["[]", "{}", '""'].includes(JSON.stringify(value) ?? "");
}

function shown(values: readonly Json[]): string {
  const text = values.map((value) => JSON.stringify(value) ?? "null").join(", ");
  return text.length > maxNoteLength ? `${text.slice(0, maxNoteLength)}…` : text;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function isCount(value: Json): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < Number.MAX_SAFE_INTEGER;
}

/** The ends of the safe integers come from the validator; no one set them as limits. */
function isBound(value: Json): value is number {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}
