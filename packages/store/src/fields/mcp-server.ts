/** Maps the fields of an MCP server to its row. */
import type { McpServerRecord } from "@reef/protocol/mcp";
import { type Codecs, flag, json, plain } from "./codec.ts";

export const mcpServerCodecs = {
  id: plain("id"),
  name: plain("name"),
  transport: json("transport"),
  enabled: flag("enabled"),
  box: json("box"),
  sampling: flag("sampling"),
  idleMs: plain("idle_ms"),
  timeoutMs: plain("timeout_ms"),
  tools: json("tools"),
  listedAt: plain("listed_at"),
  createdAt: plain("created_at"),
  updatedAt: plain("updated_at"),
} satisfies Codecs<McpServerRecord>;
