/** Writes MCP servers. Checks where their secrets may go inside the transaction (SE8). */
import type { McpOp } from "@reef/engine/port/mcp";
import { assertMcpNameIsFree, secretUsers } from "@reef/engine/provider/origin";
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServerRecord } from "@reef/protocol/mcp";
import { mcpServerColumns } from "../columns.ts";
import { columnsToFields, fieldsToColumns } from "../fields/codec.ts";
import { mcpServerCodecs } from "../fields/mcp-server.ts";
import { eachParam, statement } from "../sql.ts";
import type { McpServerRow } from "../tables.ts";
import { bindSecret } from "./models.ts";
import { all, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const allServers = statement<object, McpServerRow>((db) => db.selectFrom("mcp_servers").select(mcpServerColumns));
const insertServer = statement<McpServerRow>((db, param) =>
  db.insertInto("mcp_servers").values(eachParam(param, mcpServerColumns)),
);
const updateServer = statement<McpServerRow>((db, param) =>
  db.updateTable("mcp_servers").set(eachParam(param, mcpServerColumns)).where("id", "=", param("id")),
);
const deleteServerById = statement<{ id: McpServerId }>((db, param) =>
  db.deleteFrom("mcp_servers").where("id", "=", param("id")),
);

export function* applyMcpOp(work: Work, op: McpOp): Write<void> {
  const servers = (yield* all(allServers, {})).map((row): McpServerRecord => columnsToFields(mcpServerCodecs, row));
  if (op.op === "mcp.delete") {
    if (!servers.some(({ id }) => id === op.id)) throw new AppError("not_found", `no MCP server has the id ${op.id}`);
    yield* run(deleteServerById, { id: op.id });
    work.events.push({ type: "mcp_server.deleted", serverId: op.id });
    return;
  }
  const { server } = op;
  assertMcpNameIsFree(server, servers);
  for (const user of secretUsers({ mcpServers: [server] })) yield* bindSecret(work, user);
  const earlier = servers.find(({ id }) => id === server.id);
  const record = { ...server, createdAt: earlier?.createdAt ?? work.at, updatedAt: work.at };
  yield* run(earlier === undefined ? insertServer : updateServer, fieldsToColumns(mcpServerCodecs, record));
  work.events.push({ type: "mcp_server.changed", serverId: server.id });
}
