/** Defines how a store keeps MCP servers with the tools they listed. */
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServerRecord } from "@reef/protocol/mcp";

export type McpOp =
  /**
   * Creates or replaces the server. Throws `conflict` if another server has its name, or if a secret of it does not
   * exist or belongs to another address or program (SE8).
   */
  | { readonly op: "mcp.put"; readonly server: Omit<McpServerRecord, "createdAt" | "updatedAt"> }
  | { readonly op: "mcp.delete"; readonly id: McpServerId };

export interface McpQueries {
  /** In order of creation. */
  mcpServers(): Promise<readonly McpServerRecord[]>;
}
