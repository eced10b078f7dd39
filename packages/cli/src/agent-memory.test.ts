/** Tests the folders of BlackBox5's AgentMemory, on a Reef that is only its answers. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exportAgentMemory, importAgentMemories } from "./agent-memory.ts";
import type { Shell } from "./shell.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reef-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const insight = { insight_id: "i1", timestamp: "t", content: "Grüße", category: "pattern", confidence: 1 };

function shellOf(names: readonly string[], { refuses = false } = {}) {
  const bots = names.map((name, at) => ({ id: `bot_${at}`, name }));
  const [printed, imported, deleted]: [string[], unknown[], string[]] = [[], [], []];
  const client = {
    bots: async () => ({ items: bots, next: null }),
    createBot: async ({ name }: { name: string }) => ({ id: `bot_${name}`, name }),
    deleteBot: async (id: string) => deleted.push(id),
    importMemories: async (id: string, { text, dryRun }: { text: string; dryRun: boolean }) => {
      if (refuses) throw new Error("this is not an AgentMemory");
      imported.push([id, JSON.parse(text), dryRun]);
      return { added: 1, known: 0, notes: ["A note."], refused: [], dryRun, preview: null };
    },
    exportAgentMemory: async () => ({ agent_id: "a", sessions: [], insights: [insight], context: { context_id: "c" } }),
  };
  return {
    shell: { client, print: (text: string) => printed.push(text) } as unknown as Shell,
    printed,
    imported,
    deleted,
  };
}

function write(agent: string, part: string, value: unknown): void {
  mkdirSync(join(folder, agent), { recursive: true });
  writeFileSync(join(folder, agent, `${part}.json`), typeof value === "string" ? value : JSON.stringify(value));
}

it("each agent's folder goes into the bot of its name, which is created if there is none", async () => {
  write("one", "insights", [insight]);
  write("two", "sessions", []);
  mkdirSync(join(folder, "empty"));
  const { shell, imported, printed } = shellOf(["one"]);
  await importAgentMemories(shell, { path: folder, bot: undefined, dryRun: false });
  expect(imported).toEqual([
    ["bot_0", { agent_id: "one", insights: [insight] }, false],
    ["bot_two", { agent_id: "two", sessions: [] }, false],
  ]);
  expect(printed).toEqual([
    "one: imported 1 new into “one”, 0 already known",
    "  A note.",
    "two: imported 1 new into “two”, 0 already known",
    "  A note.",
  ]);
});

it("one agent that cannot be read does not stop the others, and leaves no empty bot", async () => {
  write("bad", "insights", "{");
  write("good", "insights", [insight]);
  const { shell, imported, printed } = shellOf([]);
  await expect(importAgentMemories(shell, { path: folder, bot: undefined, dryRun: false })).rejects.toThrow("1 of 2");
  expect(imported).toHaveLength(1);
  expect(printed[0]).toMatch(/^bad: not imported: .*insights\.json is not JSON/);
  const refusing = shellOf([], { refuses: true });
  await expect(
    importAgentMemories(refusing.shell, { path: join(folder, "good"), bot: undefined, dryRun: false }),
  ).rejects.toThrow("1 of 1");
  expect(refusing.deleted).toEqual(["bot_good"]);
});

it("a dry run creates nothing; a name that two bots have, and a path without agents, are errors", async () => {
  write("one", "insights", [insight]);
  const { shell, imported, printed } = shellOf(["twin", "twin"]);
  await importAgentMemories(shell, { path: folder, bot: undefined, dryRun: true });
  expect(imported).toEqual([]);
  expect(printed).toEqual(["one: would create the bot “one” and import 0 sessions and 1 insights"]);
  await expect(importAgentMemories(shell, { path: folder, bot: "twin", dryRun: false })).rejects.toThrow(
    "not imported",
  );
  expect(printed.at(-1)).toContain("2 bots are named “twin”");
  await expect(
    importAgentMemories(shell, { path: join(tmpdir(), "no such"), bot: undefined, dryRun: false }),
  ).rejects.toThrow("there is no folder");
});

it("an export writes the three files in Python's form, and never over a file of another schema", async () => {
  const { shell } = shellOf(["../../escape"]);
  await exportAgentMemory(shell, { bot: "../../escape", to: folder });
  const [made] = readdirSync(folder);
  expect(made).toBe("-..-escape");
  const at = (part: string) => join(folder, made as string, `${part}.json`);
  expect(readdirSync(join(folder, made as string)).toSorted()).toEqual([
    "context.json",
    "insights.json",
    "sessions.json",
  ]);
  const text = readFileSync(at("insights"), "utf8");
  expect(text).toContain('    "content": "Gr\\u00fc\\u00dfe",');
  expect(JSON.parse(text)).toEqual([insight]);
  await exportAgentMemory(shell, { bot: "../../escape", to: folder });
  writeFileSync(at("sessions"), '{"sessions": []}');
  await expect(exportAgentMemory(shell, { bot: "../../escape", to: folder })).rejects.toThrow("nothing was written");
  expect(readFileSync(at("sessions"), "utf8")).toBe('{"sessions": []}');
});
