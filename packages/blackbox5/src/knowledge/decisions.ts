/**
 * Reads the decision registry, `decision_registry.yaml`: one list of thousands of lines. Each item is parsed by itself,
 * so that a broken one costs no other, and a long registry can be read in steps.
 */
import { parse } from "yaml";
import { z } from "zod";

export interface Decision {
  readonly id: string;
  readonly title: string;
  readonly rationale: string;
  /** As written; the importer reads what times it can. */
  readonly timestamp: string | null;
  readonly category: string | null;
  readonly status: string | null;
  readonly sourceFile: string | null;
  readonly sourceRun: string | null;
  readonly tags: readonly string[];
  readonly alternatives: readonly string[];
}

/** One item of the list, and where it begins, counted from 1. */
export interface DecisionBlock {
  readonly line: number;
  readonly text: string;
}

const Words = z.preprocess(
  (value) => (value === null || value === undefined ? null : String(value)),
  z.string().nullable(),
);
const List = z
  .array(z.unknown())
  .nullable()
  .default([])
  .transform((items) => (items ?? []).map((item) => (typeof item === "string" ? item : JSON.stringify(item))));

const Item = z.object({
  id: z.coerce.string().min(1),
  title: z.coerce.string().trim().min(1),
  rationale: Words.default(null),
  timestamp: Words.default(null),
  category: Words.default(null),
  status: Words.default(null),
  source_file: Words.default(null),
  source_run: Words.default(null),
  tags: List,
  alternatives: List,
});

/** Empty for a text that has no list of decisions. */
export function splitDecisions(text: string): readonly DecisionBlock[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^decisions:\s*(?:#.*)?$/.test(line));
  if (start < 0) return [];
  const indent = /^( *)- /.exec(lines.slice(start + 1).find((line) => line.trim() !== "") ?? "")?.[1];
  if (indent === undefined) return [];
  const blocks: { line: number; lines: string[] }[] = [];
  for (const [at, line] of lines.entries()) {
    if (at <= start) continue;
    if (line.startsWith(`${indent}- `)) blocks.push({ line: at + 1, lines: [line] });
    // A line that is not deeper than the list ends it: another key, or another document.
    else if (/^\S/.test(line) && !line.startsWith("#")) break;
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ line, lines: own }) => ({ line, text: own.join("\n") }));
}

export function readDecision({ text }: DecisionBlock): Decision | { readonly reason: string } {
  try {
    const given: unknown = parse(text, { maxAliasCount: 0 });
    const item = Item.safeParse(Array.isArray(given) ? given[0] : given);
    if (!item.success) return { reason: z.prettifyError(item.error) };
    const { source_file, source_run, rationale, ...rest } = item.data;
    return {
      ...rest,
      rationale: (rationale ?? "").replace(/\n-{3,}\s*$/, "").trim(),
      sourceFile: source_file,
      sourceRun: source_run,
    };
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split("\n")[0] ?? "invalid YAML") : "invalid YAML" };
  }
}
