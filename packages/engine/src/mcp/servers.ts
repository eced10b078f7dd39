/** Creates, changes and deletes MCP servers, and approves what their tools say (TO5). */
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { McpApproval, McpServerPatch, McpServerRecord, McpTool, NewMcpServer } from "@reef/protocol/mcp";
import { defaultMcpBox } from "@reef/protocol/mcp-box";
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";

/** Many more than anyone has: lists of them are read whole. */
const mostServers = 100;
const idleMs = 300_000;
const timeoutMs = 300_000;

/** Throws `conflict` if its name is taken, or if a secret is missing or belongs to another address (SE8). */
export async function createMcpServer(deps: Deps, fields: NewMcpServer): Promise<McpServerRecord> {
  if ((await deps.store.read.mcpServers()).length >= mostServers) {
    throw new AppError("limit_exceeded", `there are already ${mostServers} MCP servers: delete one first`);
  }
  const id = makeId("mcpServer");
  const given = { enabled: true, box: defaultMcpBox, sampling: false, idleMs, timeoutMs, ...givenFields(fields) };
  await commitOps(deps, { op: "mcp.put", server: { id, ...fields, ...given, tools: [], listedAt: null } });
  return readMcpServer(deps, id);
}

/** Omitted fields stay. A server that is reached in another way is another one: its tools need to be approved again. */
export async function changeMcpServer(deps: Deps, id: McpServerId, patch: McpServerPatch): Promise<McpServerRecord> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readMcpServer(deps, id);
  const after = { ...before, ...givenFields(patch) };
  const isOther = JSON.stringify(after.transport) !== JSON.stringify(before.transport) || after.name !== before.name;
  const tools = isOther ? before.tools.map((tool) => ({ ...tool, approved: null })) : before.tools;
  await commitOps(deps, { op: "mcp.put", server: { ...after, tools } });
  return readMcpServer(deps, id);
}

/** Throws `conflict` while it is attached to a bot. */
export async function deleteMcpServer(deps: Deps, id: McpServerId): Promise<void> {
  const { name } = await readMcpServer(deps, id);
  const bots = await botsOfServer(deps, id);
  if (bots.length > 0) {
    const names = bots.slice(0, 5).map((bot) => `“${bot.name}”`);
    const rest = bots.length > names.length ? ` and ${bots.length - names.length} more` : "";
    const verb = bots.length === 1 ? "uses" : "use";
    throw new AppError("conflict", `${names.join(", ")}${rest} ${verb} “${name}”: detach it from them first`);
  }
  await commitOps(deps, { op: "mcp.delete", id });
}

/** Keeps what the server listed now. */
export async function noteListedTools(
  deps: Deps,
  id: McpServerId,
  tools: readonly McpTool[],
): Promise<McpServerRecord> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readMcpServer(deps, id);
  if (before.listedAt !== null && JSON.stringify(before.tools) === JSON.stringify(tools)) {
    return readMcpServer(deps, id);
  }
  const listedAt = msToIso(deps.clock.now());
  await commitOps(deps, { op: "mcp.put", server: { ...before, tools: [...tools], listedAt } });
  return readMcpServer(deps, id);
}

/** Throws `not_found` if a named tool is not listed, `conflict` if the list is another one than was looked at. */
export async function approveMcpTools(
  deps: Deps,
  id: McpServerId,
  { tools: names, listedAt }: McpApproval,
): Promise<McpServerRecord> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readMcpServer(deps, id);
  if (listedAt !== undefined && listedAt !== before.listedAt) {
    throw new AppError("conflict", `“${before.name}” has listed other tools since: look at them first`);
  }
  const unknown = names?.find((name) => !before.tools.some((tool) => tool.name === name));
  if (unknown !== undefined) throw new AppError("not_found", `“${before.name}” lists no tool named “${unknown}”`);
  const tools = before.tools.map((tool): McpTool => {
    if (names !== undefined && !names.includes(tool.name)) return tool;
    const { description, inputSchema } = tool;
    return { ...tool, approved: { description, inputSchema } };
  });
  await commitOps(deps, { op: "mcp.put", server: { ...before, tools } });
  return readMcpServer(deps, id);
}

export async function botsOfServer(deps: Pick<Deps, "store">, id: McpServerId): Promise<readonly Bot[]> {
  const found: Bot[] = [];
  for await (const bots of eachPage((cursor) => deps.store.read.bots({ limit: 1000, cursor })))
    found.push(...bots.filter(({ mcp }) => mcp.some(({ serverId }) => serverId === id)));
  return found;
}

export async function readMcpServer(deps: Pick<Deps, "store">, id: McpServerId): Promise<McpServerRecord> {
  const server = (await deps.store.read.mcpServers()).find((each) => each.id === id);
  if (server === undefined) throw new AppError("not_found", `no MCP server has the id ${id}`);
  return server;
}
