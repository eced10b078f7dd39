/**
 * Reads and changes which tools of MCP servers a bot may use, as cells of a table. An attachment without `tools` means all
 * approved ones, future ones too; a change of one cell leaves what the others mean alone.
 */
import type { McpServerId } from "@reef/protocol/ids";
import type { McpAttachment } from "@reef/protocol/mcp";

/** `some`: of a server, not all tools alike. */
export type Cell = "off" | "on" | "ask" | "some";
export type Choice = Exclude<Cell, "some">;

type Attachments = readonly McpAttachment[];

/** A server with the names of its tools, as it names them. */
export interface ToolNames {
  readonly id: McpServerId;
  readonly names: readonly string[];
}

export function serverCell(all: Attachments, { id }: Pick<ToolNames, "id">): Cell {
  const found = all.find(({ serverId }) => serverId === id);
  if (found === undefined) return "off";
  if (found.tools !== undefined || Array.isArray(found.ask)) return "some";
  return found.ask === true ? "ask" : "on";
}

export function toolCell(all: Attachments, { id }: Pick<ToolNames, "id">, name: string): Choice {
  const found = all.find(({ serverId }) => serverId === id);
  if (found === undefined || found.tools?.includes(name) === false) return "off";
  return asksFirst(found, name) ? "ask" : "on";
}

/** All tools of the server alike, also those that it lists later. */
export function withServer(all: Attachments, { id }: Pick<ToolNames, "id">, choice: Choice): McpAttachment[] {
  const attachment: McpAttachment = { serverId: id, ...(choice === "ask" && { ask: true }) };
  return replaced(all, id, choice === "off" ? null : attachment);
}

/** Names only those tools that are listed now, where the bot had all of them. */
export function withTool(
  all: Attachments,
  server: ToolNames,
  { name, choice }: { readonly name: string; readonly choice: Choice },
): McpAttachment[] {
  const before = all.find(({ serverId }) => serverId === server.id);
  const chosen = before === undefined ? [] : (before.tools ?? [...server.names]);
  const isNamed = chosen.includes(name);
  if (choice === "off") {
    const left = chosen.filter((each) => each !== name);
    const rest = before && { ...before, tools: left, ...askOf(before, left) };
    return replaced(all, server.id, rest === undefined || left.length === 0 ? null : rest);
  }
  const isOpen = before !== undefined && before.tools === undefined;
  const tools = isNamed ? chosen : [...chosen, name];
  const asked = tools.filter((each) =>
    each === name ? choice === "ask" : before !== undefined && asksFirst(before, each),
  );
  // What stays open to future tools, and asks for all of them, goes on to ask for those too.
  const isAll = before?.ask === true && choice === "ask";
  const ask = isAll ? { ask: true } : asked.length > 0 ? { ask: asked } : {};
  return replaced(all, server.id, { serverId: server.id, ...(isOpen ? {} : { tools }), ...ask });
}

/** Returns what a press makes of a cell: off, allowed, ask first, and off again. */
export function nextChoice(cell: Cell): Choice {
  return cell === "off" ? "on" : cell === "on" ? "ask" : "off";
}

function asksFirst({ ask }: McpAttachment, name: string): boolean {
  return typeof ask === "boolean" ? ask : (ask?.includes(name) ?? false);
}

function askOf({ ask }: McpAttachment, tools: readonly string[]): Pick<McpAttachment, "ask"> {
  return Array.isArray(ask) ? { ask: ask.filter((each) => tools.includes(each)) } : {};
}

function replaced(all: Attachments, id: McpServerId, attachment: McpAttachment | null): McpAttachment[] {
  const isKnown = all.some(({ serverId }) => serverId === id);
  if (attachment === null) return all.filter(({ serverId }) => serverId !== id);
  return isKnown ? all.map((each) => (each.serverId === id ? attachment : each)) : [...all, attachment];
}
