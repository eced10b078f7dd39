/** Defines the endpoints of MCP servers: registering and checking them, and approving what their tools say (TO5). */
import {
  approveMcpTools,
  botsOfServer,
  changeMcpServer,
  createMcpServer,
  deleteMcpServer,
  readMcpServer,
} from "@reef/engine/mcp/servers";
import { McpServerId } from "@reef/protocol/ids";
import { McpApproval, McpServer, McpServerPatch, type McpServerRecord, NewMcpServer } from "@reef/protocol/mcp";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Tools";
const params = z.object({ id: McpServerId });

export function mcpServerRoutes({ deps, mcpServers }: Edge): readonly Route[] {
  const toServer = async (record: McpServerRecord): Promise<McpServer> => ({
    ...record,
    ...mcpServers.health(record),
    botIds: (await botsOfServer(deps, record.id)).map(({ id }) => id),
  });
  return [
    route(
      {
        method: "get",
        path: "/v1/mcp-servers",
        tag,
        summary: "List MCP servers, in the order they were created, with their tools",
        status: 200,
        answer: pageOf(McpServer),
      },
      async () => ({ items: await Promise.all((await deps.store.read.mcpServers()).map(toServer)), next: null }),
    ),
    route(
      {
        method: "post",
        path: "/v1/mcp-servers",
        tag,
        summary: "Register an MCP server",
        description:
          "A program that Reef starts (`stdio`), or a service (`http`, streamable HTTP). Secrets are stored before and named. It is started by `check`, and then for each call of a bot it is attached to (`mcp` of the bot).",
        body: NewMcpServer,
        status: 201,
        answer: McpServer,
      },
      async ({ body }) => toServer(await createMcpServer(deps, body)),
    ),
    route(
      {
        method: "get",
        path: "/v1/mcp-servers/{id}",
        tag,
        summary: "Read an MCP server with its tools",
        params,
        status: 200,
        answer: McpServer,
      },
      async ({ params: { id } }) => toServer(await readMcpServer(deps, id)),
    ),
    route(
      {
        method: "patch",
        path: "/v1/mcp-servers/{id}",
        tag,
        summary: "Change an MCP server",
        description:
          "Omitted fields stay. With another name, program or address it counts as another server: its tools need to be approved again.",
        params,
        body: McpServerPatch,
        status: 200,
        answer: McpServer,
      },
      async ({ params: { id }, body }) => toServer(await changeMcpServer(deps, id, body)),
    ),
    route(
      {
        method: "delete",
        path: "/v1/mcp-servers/{id}",
        tag,
        summary: "Delete an MCP server",
        description: "Refused while it is attached to a bot. Its secrets stay.",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => deleteMcpServer(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/mcp-servers/{id}/check",
        tag,
        summary: "Start an MCP server and read its tools",
        description:
          "The tools of the first check are approved. Later ones that are new, or say something else, wait for `approve`, and no model sees them until then.",
        params,
        status: 200,
        answer: McpServer,
      },
      async ({ params: { id }, request }) => toServer(await mcpServers.check(id, request.signal)),
    ),
    route(
      {
        method: "post",
        path: "/v1/mcp-servers/{id}/approve",
        tag,
        summary: "Approve what tools of an MCP server say now",
        params,
        body: McpApproval,
        bodyIsOptional: true,
        status: 200,
        answer: McpServer,
      },
      async ({ params: { id }, body }) => toServer(await approveMcpTools(deps, id, body)),
    ),
  ];
}
