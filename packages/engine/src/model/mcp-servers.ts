/** Keeps MCP servers in the in-memory store. */
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServerRecord } from "@reef/protocol/mcp";
import type { McpOp, McpQueries } from "../port/mcp.ts";
import { assertMcpNameIsFree, secretUsers } from "../provider/origin.ts";
import { bindSecret } from "./provider-records.ts";
import type { ModelWork } from "./state.ts";

export function applyMcpOp(work: ModelWork, op: McpOp): void {
  const { mcpServers } = work.state;
  const { at, events } = work;
  if (op.op === "mcp.delete") {
    if (!mcpServers.delete(op.id)) throw new AppError("not_found", `no MCP server has the id ${op.id}`);
    events.push({ type: "mcp_server.deleted", serverId: op.id });
    return;
  }
  const { server } = op;
  assertMcpNameIsFree(server, [...mcpServers.values()]);
  for (const user of secretUsers({ mcpServers: [server] })) bindSecret(work, user);
  mcpServers.set(server.id, { ...server, createdAt: mcpServers.get(server.id)?.createdAt ?? at, updatedAt: at });
  events.push({ type: "mcp_server.changed", serverId: server.id });
}

export function mcpQueries(
  current: () => { readonly mcpServers: ReadonlyMap<McpServerId, McpServerRecord> },
): McpQueries {
  return { mcpServers: async () => [...current().mcpServers.values()] };
}
