/** Lists all tools by name, and decides which of them a bot may use. */
import type { Bot } from "@reef/protocol/bot";
import type { ToolDescription } from "@reef/protocol/tool";
import { z } from "zod";
import type { ToolSpec } from "../port/runtime.ts";
import { askPerson } from "./ask-person.ts";
import { memoryForget } from "./memory-forget.ts";
import { memorySave } from "./memory-save.ts";
import { memorySearch } from "./memory-search.ts";
import { memoryUpdate } from "./memory-update.ts";
import { plainSchema } from "./plain-schema.ts";
import { reportResult } from "./report-result.ts";
import { scheduleCancel } from "./schedule-cancel.ts";
import { scheduleCreate } from "./schedule-create.ts";
import { scheduleList } from "./schedule-list.ts";
import { sessionList } from "./session-list.ts";
import { sessionRead } from "./session-read.ts";
import { sessionSend } from "./session-send.ts";
import { sessionSpawn } from "./session-spawn.ts";
import { sessionWait } from "./session-wait.ts";
import { type Tool, toTraits } from "./tool.ts";

/** The tools every Reef has. */
export const sessionTools: readonly Tool[] = [
  sessionList,
  sessionSend,
  sessionSpawn,
  sessionRead,
  sessionWait,
  askPerson,
  scheduleCreate,
  scheduleList,
  scheduleCancel,
  reportResult,
];

/** Present wherever memories can be searched. */
export const memoryTools: readonly Tool[] = [memorySave, memorySearch, memoryUpdate, memoryForget];

/** Memory tools are not given to incognito sessions. */
export function isMemoryTool(name: string): boolean {
  return memoryTools.some((tool) => tool.name === name);
}

export interface Catalogue {
  get(name: string): Tool | undefined;
  /** Returns the tools as the bot's model sees them. */
  specsFor(bot: Bot): readonly ToolSpec[];
  /** Describes every tool. */
  readonly descriptions: readonly ToolDescription[];
}

export function createCatalogue(tools: readonly Tool[]): Catalogue {
  const toolByName = new Map(tools.map((tool) => [tool.name, tool]));
  const described = tools.map((tool) => ({ spec: specOf(tool), traits: toTraits(tool) }));
  const specs = described.map(({ spec }) => spec);
  return {
    descriptions: described.map(({ spec, traits }) => ({ ...spec, ...traits })),
    get: (name) => toolByName.get(name),
    specsFor: (bot) => specs.filter((spec) => mayUse(bot, spec.name)),
  };
}

function specOf(tool: Tool) {
  return {
    name: tool.name,
    description: tool.description,
    // The limits are checked at the call, since servers that build grammars refuse them here (PR1).
    inputSchema: { ...plainSchema(z.toJSONSchema(tool.input, { io: "input" })) },
  };
}

/** A bot without a list may use every tool. */
export function mayUse(bot: Bot, name: string): boolean {
  return bot.tools === null || bot.tools.includes(name);
}
