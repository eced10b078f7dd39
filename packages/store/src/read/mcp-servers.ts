/** Reads MCP servers with their tools. */
import type { McpQueries } from "@reef/engine/port/mcp";
import { mcpServerColumns } from "../columns.ts";
import { columnsToFields } from "../fields/codec.ts";
import { mcpServerCodecs } from "../fields/mcp-server.ts";
import { type Source, statement } from "../sql.ts";
import type { McpServerRow } from "../tables.ts";

const allServers = statement<object, McpServerRow>((db) =>
  db.selectFrom("mcp_servers").select(mcpServerColumns).orderBy("id"),
);

export function mcpQueries(source: Source): McpQueries {
  return {
    mcpServers: async () => (await source.all(allServers, {})).map((row) => columnsToFields(mcpServerCodecs, row)),
  };
}
