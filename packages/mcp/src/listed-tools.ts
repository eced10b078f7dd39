/**
 * Takes what a server lists, bounded, and compares it with what was approved before (TO5): a server can say anything
 * about its tools, at any time. Pure.
 */
import type { McpServerRecord, McpTool } from "@reef/protocol/mcp";
import type { Offers, ToldTool } from "./connected.ts";
import { ownEntries, ownMark } from "./own-entries.ts";
import { fullNames } from "./tool-names.ts";

export interface ListedTools {
  readonly tools: readonly McpTool[];
  /** What was left out, in words for people. */
  readonly problems: readonly string[];
}

/** More than any useful server has. */
const mostTools = 500;
const longestName = 256;
const longestDescription = 20_000;
const longestSchema = 100_000;
const longestTitle = 200;

/** On the first listing everything is approved: a person is adding the server. Later ones keep what was approved. */
export function takeListed(
  { name, tools: before, listedAt }: Pick<McpServerRecord, "name" | "tools" | "listedAt">,
  told: readonly ToldTool[],
  offers: Offers = { resources: false, prompts: false },
): ListedTools {
  const problems: string[] = [];
  const kept = new Map<string, ToldTool>();
  for (const tool of told) {
    const problem = problemOf(tool, kept);
    if (problem === null) kept.set(tool.name, tool);
    else problems.push(problem);
  }
  const known = new Map(before.map((tool) => [tool.name, tool]));
  const names = fullNames(name, [...kept.keys()]);
  const tools = [...kept.values()].map((tool): McpTool => {
    const text = { description: tool.description ?? "", inputSchema: tool.inputSchema as McpTool["inputSchema"] };
    const title = tool.title ?? tool.annotations?.title;
    return {
      name: tool.name,
      fullName: names.get(tool.name) ?? tool.name,
      title: title === undefined || title === "" ? null : title.slice(0, longestTitle),
      readOnly: tool.annotations?.readOnlyHint === true,
      idempotent: tool.annotations?.idempotentHint === true,
      ...text,
      approved: listedAt === null ? text : (known.get(tool.name)?.approved ?? null),
    };
  });
  const taken = new Set(tools.map(({ fullName }) => fullName));
  const own = ownEntries(name, offers)
    .filter(({ fullName }) => !taken.has(fullName))
    .map((entry) => (listedAt === null || known.get(entry.name)?.approved ? entry : { ...entry, approved: null }));
  return { tools: [...tools, ...own], problems };
}

function problemOf(tool: ToldTool, kept: ReadonlyMap<string, ToldTool>): string | null {
  const { name, description = "", inputSchema } = tool;
  if (kept.size >= mostTools) return `“${name.slice(0, 80)}”: only ${mostTools} tools of a server are taken`;
  if (name === "" || name.length > longestName) return `“${name.slice(0, 80)}”: its name is empty or too long`;
  if (name.startsWith(ownMark)) return `“${name.slice(0, 80)}”: its name begins like those of Reef's own`;
  if (kept.has(name)) return `“${name}”: the name is listed twice`;
  if (description.length > longestDescription) {
    return `“${name}”: its description has ${description.length} characters, more than ${longestDescription}`;
  }
  if (typeof inputSchema !== "object" || inputSchema === null || Array.isArray(inputSchema)) {
    return `“${name}”: its input has no schema`;
  }
  if (JSON.stringify(inputSchema).length > longestSchema) return `“${name}”: the schema of its input is too large`;
  return null;
}
