/** Lists all tools by name, and decides which of them a bot may use. */
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { ToolDescription } from "@reef/protocol/tool";
import { z } from "zod";
import type { ToolSpec } from "../port/runtime.ts";
import { askPerson } from "./ask-person.ts";
import { attachmentRead } from "./attachment-read.ts";
import { memoryForget } from "./memory-forget.ts";
import { memorySave } from "./memory-save.ts";
import { memorySearch } from "./memory-search.ts";
import { memoryUpdate } from "./memory-update.ts";
import { plainSchema } from "./plain-schema.ts";
import { planUpdate } from "./plan-update.ts";
import { reportResult } from "./report-result.ts";
import { scheduleCancel } from "./schedule-cancel.ts";
import { scheduleCreate } from "./schedule-create.ts";
import { scheduleList } from "./schedule-list.ts";
import { sessionList } from "./session-list.ts";
import { sessionRead } from "./session-read.ts";
import { sessionSend } from "./session-send.ts";
import { sessionSpawn } from "./session-spawn.ts";
import { sessionWait } from "./session-wait.ts";
import { taskCreate } from "./task-create.ts";
import { taskList } from "./task-list.ts";
import { taskRead } from "./task-read.ts";
import { taskUpdate } from "./task-update.ts";
import { type Tool, toTraits } from "./tool.ts";
import { foundNames, mostShown, toolSearch, toolSearchName } from "./tool-search.ts";
import type { ToolSource } from "./tool-source.ts";

/** The tools every Reef has. */
export const sessionTools: readonly Tool[] = [
  sessionList,
  sessionSend,
  sessionSpawn,
  sessionRead,
  sessionWait,
  askPerson,
  attachmentRead,
  scheduleCreate,
  scheduleList,
  scheduleCancel,
  planUpdate,
  taskList,
  taskRead,
  taskUpdate,
  taskCreate,
  reportResult,
];

/** Present wherever memories can be searched. */
export const memoryTools: readonly Tool[] = [memorySave, memorySearch, memoryUpdate, memoryForget];

/** Memory tools are not given to incognito sessions. */
export function isMemoryTool(name: string): boolean {
  return memoryTools.some((tool) => tool.name === name);
}

/** What one bot may use at one moment. */
export interface BotTools {
  get(name: string): Tool | undefined;
  /** All of them, as a model sees tools. */
  readonly specs: readonly ToolSpec[];
  /** What the system prompt says beside them. */
  readonly instructions: readonly string[];
  /** Those that the bot's model sees after these entries: of many, those that it found (TO6). */
  offered(entries: readonly Entry[]): readonly ToolSpec[];
}

export interface Catalogue {
  /** Returns one of Reef's own tools. */
  get(name: string): Tool | undefined;
  /** Returns Reef's own tools that the bot may use, and those that sources have for it. */
  forBot(bot: Bot): Promise<BotTools>;
  /** Describes every one of Reef's own tools. */
  readonly descriptions: readonly ToolDescription[];
}

export function createCatalogue(tools: readonly Tool[], sources: readonly ToolSource[] = []): Catalogue {
  const toolByName = new Map(tools.map((tool) => [tool.name, tool]));
  const described = tools.map((tool) => ({ spec: specOf(tool), traits: toTraits(tool) }));
  const specs = described.map(({ spec }) => spec);
  return {
    descriptions: described.map(({ spec, traits }) => ({ ...spec, ...traits })),
    get: (name) => toolByName.get(name),
    async forBot(bot) {
      const own = specs.filter((spec) => mayUse(bot, spec.name));
      const added = new Map<string, { readonly tool: Tool; readonly spec: ToolSpec }>();
      for (const source of sources) {
        for (const tool of await source.toolsFor(bot)) {
          // Nothing takes the name of another tool (TO5).
          if (!toolByName.has(tool.name) && !added.has(tool.name)) added.set(tool.name, { tool, spec: specOf(tool) });
        }
      }
      const instructions = [...added.values()].flatMap(({ tool }) => tool.instructions ?? []);
      const all = [...own, ...[...added.values()].map(({ spec }) => spec)];
      const searchable = [...added.values()].filter(({ tool }) => tool.isSearchable === true);
      if (searchable.length > mostShown && !toolByName.has(toolSearchName)) {
        added.delete(toolSearchName);
        const search = toolSearch(searchable.map(({ tool }) => tool));
        const kept = [...added.values()].filter(({ tool }) => tool.isSearchable !== true);
        const shown = [...own, ...kept.map(({ spec }) => spec), specOf(search)];
        const byName = new Map(searchable.map(({ tool, spec }) => [tool.name, spec]));
        return {
          specs: [...all.filter(({ name }) => name !== toolSearchName), specOf(search)],
          instructions,
          offered: (entries) => [...shown, ...foundNames(entries).flatMap((name) => byName.get(name) ?? [])],
          get: (name) =>
            name === toolSearchName
              ? search
              : (added.get(name)?.tool ?? (mayUse(bot, name) ? toolByName.get(name) : undefined)),
        };
      }
      return {
        specs: all,
        instructions,
        offered: () => all,
        get: (name) => added.get(name)?.tool ?? (mayUse(bot, name) ? toolByName.get(name) : undefined),
      };
    },
  };
}

const specByTool = new WeakMap<Tool, ToolSpec>();

/** Makes it once, since a source may give the same tools for every step. */
function specOf(tool: Tool): ToolSpec {
  const known = specByTool.get(tool);
  if (known !== undefined) return known;
  const spec = makeSpec(tool);
  specByTool.set(tool, spec);
  return spec;
}

function makeSpec(tool: Tool): ToolSpec {
  return {
    name: tool.name,
    description: tool.description,
    // The limits are checked at the call, since servers that build grammars refuse them here (PR1).
    inputSchema: { ...plainSchema(tool.inputSchema ?? z.toJSONSchema(tool.input, { io: "input" })) },
  };
}

/** A bot without a list may use every one of Reef's own tools. A source decides about its own. */
function mayUse(bot: Bot, name: string): boolean {
  return bot.tools === null || bot.tools.includes(name);
}
