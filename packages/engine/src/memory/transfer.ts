/**
 * Exports and imports memories as files: JSONL keeps everything, Markdown is for reading and writing by hand, and two
 * forms are BlackBox5's. Importing twice adds nothing (ME3).
 */
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import type { BotId } from "@reef/protocol/ids";
import { type ImportReport, type Memory, type MemoryFormat, type MemoryImport, NewMemory } from "@reef/protocol/memory";
import { z } from "zod";
import { found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import { importAgentMemory } from "./agent-memory/take-in.ts";
import { memoriesToAgentMemory } from "./agent-memory/write.ts";
import { readHindsight } from "./hindsight.ts";
import { importSeeds } from "./import-seeds.ts";
import { newMemoryToSeed } from "./remember.ts";

const pageSize = 1_000;

/** Yields the file in pieces. Leaves out archived memories; JSONL includes superseded ones. */
export async function* exportMemories(deps: Deps, botId: BotId, format: MemoryFormat): AsyncGenerator<string> {
  const bot = await found(deps.store.read.bot(botId), "bot", botId);
  if (format === "agent-memory") {
    yield `${JSON.stringify(await exportAgentMemory(deps, bot), null, 2)}\n`;
    return;
  }
  if (format === "markdown") yield `# Memory of ${bot.name}\n`;
  const state = format === "jsonl" ? "all" : "active";
  const readPage = (cursor: string | null) => deps.store.read.memories(botId, { state }, { limit: pageSize, cursor });
  for await (const page of eachPage(readPage)) {
    const memories = page.filter(({ archivedAt }) => archivedAt === null);
    yield memories.map(format === "jsonl" ? toJsonLine : toMarkdown).join("");
  }
}

async function exportAgentMemory({ store }: Deps, bot: Bot): Promise<unknown> {
  const memories: Memory[] = [];
  const readPage = (cursor: string | null) =>
    store.read.memories(bot.id, { state: "active", without: "entry" }, { limit: pageSize, cursor });
  for await (const page of eachPage(readPage)) memories.push(...page);
  return memoriesToAgentMemory(bot, memories);
}

/** Reports lines that cannot be read, by number; imports the others. */
export async function importMemories(deps: Deps, botId: BotId, input: MemoryImport): Promise<ImportReport> {
  await found(deps.store.read.bot(botId), "bot", botId);
  const dryRun = input.dryRun === true;
  if (input.format === "agent-memory") return importAgentMemory(deps, botId, { ...input, dryRun });
  const { seeds, refused, notes } =
    input.format === "hindsight" ? readHindsight(input.text, input.name) : readOwn(input);
  const rest = { refused: refused.slice(0, 100), notes: [...notes], dryRun };
  return { ...(await importSeeds(deps, botId, seeds, { dryRun })), ...rest };
}

interface ReadFile {
  readonly seeds: readonly MemorySeed[];
  readonly refused: ImportReport["refused"];
  readonly notes: readonly string[];
}

function readOwn({ format, text, name }: MemoryImport): ReadFile {
  const seeds: MemorySeed[] = [];
  const refused: ImportReport["refused"] = [];
  for (const { line, value } of format === "jsonl" ? readJsonl(text) : readMarkdown(text)) {
    const item = NewMemory.safeParse(value);
    if (!item.success) refused.push({ line, reason: z.prettifyError(item.error).slice(0, 500) });
    else seeds.push(toImported(newMemoryToSeed(item.data), name));
  }
  return { seeds, refused, notes: [] };
}

/**
 * A file's claim about its words is not believed: they are a file's words (ME5), or a tool's if they were born of one.
 */
function toImported(seed: MemorySeed, name: string): MemorySeed {
  return { ...seed, source: { kind: "import", name }, trust: seed.trust === "tool" ? "tool" : "import", pinned: false };
}

function toJsonLine(memory: Memory): string {
  return `${JSON.stringify(memory)}\n`;
}

function toMarkdown({ text, kind, speaker, occurredAt, trust }: Memory): string {
  const facts = [kind, speaker, occurredAt?.slice(0, 10), trust].filter((fact) => fact !== null && fact !== undefined);
  return `\n- ${text.replaceAll("\n", "\n  ")}\n  <!-- ${facts.join(" · ").replaceAll("--", "—")} -->\n`;
}

interface Read {
  readonly line: number;
  readonly value: unknown;
}

const importedFields = Object.keys(NewMemory.shape).filter((field) => field !== "source" && field !== "replaces");

function readJsonl(text: string): readonly Read[] {
  return text.split("\n").flatMap((line, at): Read[] => {
    if (line.trim() === "") return [];
    return [{ line: at + 1, value: readJson(line) }];
  });
}

/** Reads from an exported memory what a new one can have. What ended before does not hold now. */
function readJson(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const fields = Object.entries(value).filter(
      ([name, fieldValue]) => importedFields.includes(name) && fieldValue !== null,
    );
    const { validTo } = value as { readonly validTo?: unknown };
    return Object.fromEntries(typeof validTo === "string" ? [...fields, ["expiresAt", validTo]] : fields);
  } catch {
    return line;
  }
}

/** Every list item is a memory, including the lines indented below it. */
function readMarkdown(text: string): readonly Read[] {
  const points: { readonly line: number; readonly lines: string[] }[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const [, first] = /^[-*+]\s+(.*)$/.exec(line) ?? [];
    if (first !== undefined) points.push({ line: at + 1, lines: [first] });
    else if (/^\s+\S/.test(line)) points.at(-1)?.lines.push(line.trim());
  }
  return points.map(({ line, lines }) => {
    const words = lines.filter((each) => !/^<!--.*-->$/.test(each)).join("\n");
    return { line, value: { kind: "note", text: words } };
  });
}
