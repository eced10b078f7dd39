/** Says in words what state an MCP server is in, and how it is reached. */
import type { McpServer, McpTool, McpTransport } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import type { ShownStatus } from "../../ui/shown-status.ts";

export interface ServerState {
  readonly sign: ShownStatus;
  readonly words: string;
}

export function serverState({ state, listedAt, enabled }: McpServer): ServerState {
  if (!enabled || state === "off") return { sign: "paused", words: "Off" };
  switch (state) {
    case "ready":
      return { sign: "running", words: "Running" };
    case "starting":
      return { sign: "waiting", words: "Starting" };
    case "failing":
      return { sign: "failed", words: "Doesn't work" };
    case "idle":
      return listedAt === null
        ? { sign: "unknown", words: "Not checked yet" }
        : { sign: "idle", words: "Starts with the next call" };
  }
}

/** Formats `npx -y @modelcontextprotocol/server-fetch`, or the address. */
export function transportWords(transport: McpTransport): string {
  return transport.kind === "http" ? transport.url : [transport.command, ...transport.args.map(quoted)].join(" ");
}

/** The tools that no model sees until a person approves what they say. */
export function unapproved(tools: readonly McpTool[]): readonly McpTool[] {
  return tools.filter((tool) => mcpToolState(tool) !== "approved");
}

export function secretNames(transport: McpTransport): readonly string[] {
  const values = Object.values(transport.kind === "http" ? transport.headers : transport.env);
  return [...new Set(values.flatMap((value) => (typeof value === "string" ? [] : [value.secret])))];
}

function quoted(argument: string): string {
  return argument === "" || /\s/.test(argument) ? JSON.stringify(argument) : argument;
}
