/**
 * Imports the folders of BlackBox5's AgentMemory, each into the bot of its agent's name, and exports a bot's memory as
 * such a folder. Files that are there are replaced whole, and only if they are an AgentMemory's.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

const parts = ["sessions", "insights", "context"] as const;
type Part = (typeof parts)[number];
type Files = Partial<Record<Part, unknown>>;

/** No agent's file is longer by far; a longer one is not read. */
const maxBytes = 8 * 2 ** 20;

export interface AgentMemoryImport {
  /** The folder of one agent, or the folder that holds the agents' folders. */
  readonly path: string;
  /** The bot of a single agent's memory, by name; without it, the bot of the agent's name, created if need be. */
  readonly bot: string | undefined;
  readonly dryRun: boolean;
}

export async function importAgentMemories(shell: Shell, { path, bot, dryRun }: AgentMemoryImport): Promise<void> {
  const folders = await findAgents(path);
  if (folders.length === 0) {
    throw new CommandError(`${path} holds no sessions.json, insights.json or context.json, and no folder that does`);
  }
  if (bot !== undefined && folders.length > 1) {
    throw new CommandError(`${path} holds ${folders.length} agents: --bot takes one, so give the folder of one agent`);
  }
  const bots = await listBots(shell);
  let failures = 0;
  for (const folder of folders) {
    const agent = basename(folder);
    try {
      await importOne(shell, { folder, agent, name: bot ?? agent, bots, mayCreate: bot === undefined, dryRun });
    } catch (error) {
      failures += 1;
      shell.print(`${agent}: not imported: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failures > 0) throw new CommandError(`${failures} of ${folders.length} agents were not imported`);
}

interface OneImport {
  readonly folder: string;
  readonly agent: string;
  readonly name: string;
  readonly bots: readonly Bot[];
  readonly mayCreate: boolean;
  readonly dryRun: boolean;
}

async function importOne(shell: Shell, { folder, agent, name, bots, mayCreate, dryRun }: OneImport): Promise<void> {
  const { client, print } = shell;
  const files = await readFiles(folder);
  const text = JSON.stringify({ agent_id: agent, ...files });
  const found = findBot(bots, name);
  if (found === null && !mayCreate) throw new CommandError(`there is no bot “${name}”`);
  if (found === null && dryRun)
    return void print(`${agent}: would create the bot “${name}” and import ${countRows(files)}`);
  const target = found ?? (await client.createBot({ name }));
  try {
    const report = await client.importMemories(target.id, {
      format: "agent-memory",
      text,
      name: "AgentMemory",
      dryRun,
    });
    const verb = dryRun ? "would import" : "imported";
    print(`${agent}: ${verb} ${report.added} new into “${target.name}”, ${report.known} already known`);
    for (const note of report.notes) print(`  ${note}`);
    for (const { line, reason } of report.refused) print(`  row ${line} refused: ${reason}`);
  } catch (error) {
    // A bot that was created for a file of another schema has nothing in it.
    if (found === null) await client.deleteBot(target.id);
    throw error;
  }
}

export interface AgentMemoryExport {
  readonly bot: string;
  /** The folder that holds the agents' folders. */
  readonly to: string;
}

export async function exportAgentMemory(shell: Shell, { bot, to }: AgentMemoryExport): Promise<void> {
  const found = findBot(await listBots(shell), bot);
  if (found === null) throw new CommandError(`there is no bot “${bot}”`);
  const memory = await shell.client.exportAgentMemory(found.id);
  const folder = join(to, folderName(found.name));
  const before = await readFiles(folder).catch((error: unknown) => {
    throw new CommandError(`nothing was written: ${error instanceof Error ? error.message : error}`);
  });
  for (const part of parts) {
    const given = before[part];
    if (given === undefined || isOwn(part, given)) continue;
    throw new CommandError(`nothing was written: ${join(folder, `${part}.json`)} is not a file of AgentMemory`);
  }
  await mkdir(folder, { recursive: true });
  for (const part of parts) await replaceFile(join(folder, `${part}.json`), toPythonJson(memory[part]));
  shell.print(`${folder}: ${memory.sessions.length} sessions, ${memory.insights.length} insights, and the context`);
}

async function findAgents(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new CommandError(`there is no folder ${path}`);
  if (!found.isDirectory()) throw new CommandError(`${path} is not a folder`);
  if (await isAgent(path)) return [path];
  const folders = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const checked = await Promise.all(
    folders.map(async ({ name }) => ((await isAgent(join(path, name))) ? [join(path, name)] : [])),
  );
  return checked.flat().toSorted();
}

async function isAgent(folder: string): Promise<boolean> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return parts.some((part) => names.includes(`${part}.json`));
}

async function readFiles(folder: string): Promise<Files> {
  const files: Files = {};
  for (const part of parts) {
    const path = join(folder, `${part}.json`);
    const size = (await stat(path).catch(() => null))?.size;
    if (size === undefined) continue;
    if (size > maxBytes) throw new CommandError(`${path} is larger than 8 MB`);
    const text = await readFile(path, "utf8");
    try {
      files[part] = JSON.parse(text);
    } catch (error) {
      throw new CommandError(`${path} is not JSON: ${error instanceof Error ? error.message : error}`);
    }
  }
  return files;
}

function isOwn(part: Part, value: unknown): boolean {
  const has = (row: unknown, key: string) => typeof row === "object" && row !== null && key in row;
  if (part === "context") return has(value, "context_id");
  const id = part === "sessions" ? "session_id" : "insight_id";
  const words = part === "sessions" ? "task" : "content";
  return Array.isArray(value) && value.every((row) => has(row, id) && has(row, words));
}

function countRows({ sessions, insights }: Files): string {
  const count = (rows: unknown) => (Array.isArray(rows) ? rows.length : 0);
  return `${count(sessions)} sessions and ${count(insights)} insights`;
}

async function listBots({ client }: Shell): Promise<readonly Bot[]> {
  const bots: Bot[] = [];
  for await (const page of eachPage((cursor) => client.bots({ limit: 1000, cursor }))) bots.push(...page);
  return bots;
}

function findBot(bots: readonly Bot[], wanted: string): Bot | null {
  const byId = bots.find(({ id }) => id === wanted);
  const named = bots.filter(({ name }) => name === wanted);
  if (byId === undefined && named.length > 1) {
    throw new CommandError(`${named.length} bots are named “${wanted}”: use an id (reef bots lists them)`);
  }
  return byId ?? named[0] ?? null;
}

/** The original joins an agent's id to the path unchecked; this name stays in the folder. */
function folderName(name: string): string {
  const safe = name
    .replace(/[^\p{L}\p{N} ._-]+/gu, "-")
    .replace(/^\.+/, "")
    .trim();
  return safe === "" ? "agent" : safe.slice(0, 100);
}

/** As Python's `json.dump(value, indent=2)` writes it: letters beyond ASCII as escapes. */
function toPythonJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A reader sees the file before or after, never half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
