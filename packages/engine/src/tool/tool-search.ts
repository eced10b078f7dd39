/**
 * Keeps many tools from filling a prompt: past a limit, tools of servers are not shown to the model but found with
 * `tool_search`. What was found is known from the transcript alone, so that the same transcript shows the same tools in
 * the same order, whatever restarts: found ones come after all others, which keeps prompt caches (TO6).
 */
import type { Entry } from "@reef/protocol/entry";
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { defineTool, errorResult, type Tool } from "./tool.ts";

export const toolSearchName = "tool_search";
/** The most tools of servers that are shown without a search. */
export const mostShown = 40;
/** The most that searches add to a prompt; the newest stay. */
const mostFound = 30;
const mostResults = 10;

/** `tools` are those that can be found. */
export function toolSearch(tools: readonly Pick<Tool, "name" | "description">[]): Tool {
  const counts = new Map<string, number>();
  for (const { name } of tools) {
    const server = name.split("__")[0] ?? name;
    counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  const servers = [...counts].map(([name, count]) => `${name} (${count})`).join(", ");
  return defineTool({
    name: toolSearchName,
    description: `Finds tools by words. You have more tools than are shown: those of ${servers}. What this finds can be called from your next step on.`,
    input: z.strictObject({
      query: z.string().min(1).max(500).describe("What the tool should do, in a few words, or its name."),
      limit: z.int().min(1).max(mostResults).default(5),
    }),
    origin: { kind: "search" },
    effects: { kind: "unit" },
    changes: "nothing",
    words: "own",
    tells: "nobody",
    folds: true,
    async run(_, { query, limit }) {
      const found = rank(tools, query).slice(0, limit);
      if (found.length === 0) return errorResult(`no tool fits “${oneLine(query)}”; there are tools of ${servers}`);
      return { type: "result", text: found.map(lineOf).join("\n") };
    },
  });
}

/** Returns the names that searches in this window found, the oldest first; each where it was found last. */
export function foundNames(entries: readonly Entry[]): readonly string[] {
  const names = new Set<string>();
  for (const { kind, tool, text } of entries) {
    if (kind !== "tool_result" || tool?.name !== toolSearchName) continue;
    for (const [, name] of text.matchAll(/^- ([A-Za-z0-9_-]{1,64}): /gm)) {
      if (name === undefined) continue;
      names.delete(name);
      names.add(name);
    }
  }
  return [...names].slice(-mostFound);
}

function lineOf({ name, description }: Pick<Tool, "name" | "description">): string {
  const told = oneLine(description);
  return `- ${name}: ${told.length > 300 ? `${told.slice(0, 300)}…` : told}`;
}

function rank<Each extends Pick<Tool, "name" | "description">>(tools: readonly Each[], query: string): readonly Each[] {
  const wanted = [...new Set(wordsOf(query))];
  const scored = tools.map((tool) => {
    const named = new Set(wordsOf(tool.name));
    const described = wordsOf(tool.description);
    const score = wanted.reduce((sum, word) => {
      if (named.has(word)) return sum + 4;
      if (described.includes(word)) return sum + 2;
      return sum + (word.length >= 3 && [...named, ...described].some((each) => each.startsWith(word)) ? 1 : 0);
    }, 0);
    return { tool, score: tool.name === query.trim() ? Number.POSITIVE_INFINITY : score };
  });
  return scored
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.tool.name < b.tool.name ? -1 : 1))
    .map(({ tool }) => tool);
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
