/** Tests which of many tools a model sees, and how it finds the others. */
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import { expect, it } from "vitest";
import { z } from "zod";
import { createCatalogue } from "./catalogue.ts";
import { defineTool, type Tool, type ToolRun } from "./tool.ts";

function make(name: string, description: string, isSearchable = true): Tool {
  const run = async () => ({ type: "result" as const, text: name });
  const traits = { changes: "nothing", words: "others", tells: "nobody", folds: true } as const;
  return defineTool({
    name,
    description,
    input: z.looseObject({}),
    effects: { kind: "unit" },
    isSearchable,
    run,
    ...traits,
  });
}

const bot = { tools: null } as Bot;
const many = [
  ...Array.from({ length: 60 }, (_, at) => make(`git__tool_${at}`, "Does one thing.")),
  make("git__create_issue", "Opens an issue in a repository."),
  make("mail__send", "Sends a letter about an issue."),
];
const result = (text: string, name = "tool_search") =>
  ({ kind: "tool_result", text, tool: { name } }) as unknown as Entry;

async function toolsOf(tools: readonly Tool[]) {
  return await createCatalogue(
    [make("own", "Own.")],
    [{ toolsFor: async () => [make("file_read", "Reads.", false), ...tools] }],
  ).forBot(bot);
}

it("TO6: few tools of servers are all shown, and there is nothing to search", async () => {
  const found = await toolsOf(many.slice(0, 40));
  expect(found.offered([])).toHaveLength(42);
  expect(found.get("tool_search")).toBeUndefined();
});

it("TO6: many are found by words, are shown from then on behind the others, and can be called either way", async () => {
  const found = await toolsOf(many);
  const names = (entries: readonly Entry[]) => found.offered(entries).map(({ name }) => name);
  expect(names([])).toEqual(["own", "file_read", "tool_search"]);
  const search = found.get("tool_search");
  const { text } = (await search?.run({} as ToolRun, { query: "open an issue", limit: 5 })) as { text: string };
  expect(text.split("\n")[0]).toBe("- git__create_issue: Opens an issue in a repository.");
  expect(names([result(text)]).slice(3)).toEqual(["git__create_issue", "mail__send"]);
  expect(names([result(text)]).slice(0, 3)).toEqual(names([]));
  expect(found.get("mail__send")?.name).toBe("mail__send");
  expect(search?.description).toContain("git (61), mail (1)");
});

it("TO6: only results of the search add tools, and only those that the bot has", async () => {
  const found = await toolsOf(many);
  const names = (entries: readonly Entry[]) => found.offered(entries).map(({ name }) => name);
  expect(names([result("- mail__send: x", "web_fetch"), result("- gone__tool: x\n- own: x")])).toHaveLength(3);
  const all = many.map(({ name }) => `- ${name}: x`).join("\n");
  expect(names([result(all)])).toHaveLength(33);
  const none = await found.get("tool_search")?.run({} as ToolRun, { query: "zebra", limit: 5 });
  expect(none).toMatchObject({ isError: true });
});
