/** Reads a model's answer: JSON of the requested form, whose sources and labels must be among those it was given. */
import { z } from "zod";

/** Small models give a single value instead of a list, and numbers as words: `"line 3"`. */
const listOf = <Of extends z.ZodType>(item: Of) =>
  z.preprocess(
    (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(100),
  );
const LineNumber = z.preprocess((value) => {
  const digits = typeof value === "string" ? /^\D*(\d+)\D*$/.exec(value)?.[1] : undefined;
  return digits === undefined ? value : Number(digits);
}, z.int());

const Item = z
  .object({
    action: z.enum(["add", "replace", "forget"]),
    kind: z.enum(["fact", "note", "summary"]).default("fact"),
    text: z.string().trim().max(2_000).default(""),
    sources: listOf(LineNumber),
    replaces: listOf(z.string()),
    reason: z.string().trim().default(""),
  })
  .transform((item) => ({ ...item, reason: item.reason.slice(0, 300).toWellFormed() }));
export type AnswerItem = z.infer<typeof Item>;

const Answer = z.object({ memories: z.array(z.unknown()).max(30) });

export interface AnswerFrame {
  /** How many lines were shown, numbered from 1. */
  readonly lines: number;
  /** The labels that may be replaced or forgotten. */
  readonly labels: ReadonlySet<string>;
}

export interface ReadAnswer {
  /** The usable items. */
  readonly items: readonly AnswerItem[];
  /** What is wrong with the other items, or with the whole; empty if all are usable. */
  readonly errors: readonly string[];
}

export function readAnswer(text: string, frame: AnswerFrame): ReadAnswer {
  const json = findJson(text);
  if (json === undefined) return { items: [], errors: ["expected JSON: an object with a list “memories”"] };
  const answer = Answer.safeParse(json);
  if (!answer.success) return { items: [], errors: [z.prettifyError(answer.error)] };
  const items: AnswerItem[] = [];
  const errors: string[] = [];
  for (const [at, value] of answer.data.memories.entries()) {
    const item = Item.safeParse(value);
    const wrong = item.success ? faultsOf(item.data, frame) : [z.prettifyError(item.error)];
    if (item.success && wrong.length === 0) items.push(item.data);
    errors.push(...wrong.map((fault) => `memories[${at}]: ${fault}`));
  }
  return { items, errors: errors.slice(0, 20) };
}

function faultsOf({ action, text, sources, replaces }: AnswerItem, { lines, labels }: AnswerFrame): readonly string[] {
  const faults: string[] = [];
  if (sources.length === 0) faults.push("expected at least one line in “sources”");
  const unknown = sources.filter((source) => source < 1 || source > lines);
  if (unknown.length > 0) faults.push(`there is no line ${unknown.join(", ")}: lines are numbered 1 to ${lines}`);
  if (action !== "forget" && text === "") faults.push("expected a “text”");
  if (action !== "add" && replaces.length === 0) faults.push("expected a label in “replaces”");
  const strange = action === "add" ? [] : replaces.filter((label) => !labels.has(label));
  if (strange.length > 0) faults.push(`“${strange.join("”, “")}” is not a memory that may be replaced or forgotten`);
  return faults;
}

/** Models like to write text around the JSON, and to fence it. */
function findJson(text: string): unknown {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from < 0 || to < from) return undefined;
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch {
    return undefined;
  }
}
