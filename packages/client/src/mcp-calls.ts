/** These calls register MCP servers, check them, and approve what their tools say (TO5). */
import type { McpServerId } from "@reef/protocol/ids";
import type { McpApproval, McpServer, McpServerPatch, McpServerRecord, NewMcpServer } from "@reef/protocol/mcp";
import type { McpCatalogueOffer, McpSetup } from "@reef/protocol/mcp-catalogue";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export function mcpCalls(send: Send) {
  const pathOf = (id: McpServerId, rest = "") => `/v1/mcp-servers/${id}${rest}`;
  return {
    /** In the order they were created, with their tools. */
    mcpServers: (options?: CallOptions) =>
      send<Page<McpServer>>({ method: "GET", path: "/v1/mcp-servers", ...options }),
    /** `conflict` when the name is taken, or a secret is missing or was given for another address. */
    createMcpServer: (server: NewMcpServer) =>
      send<McpServer>({ method: "POST", path: "/v1/mcp-servers", body: server }),
    /** With another name, program or address its tools need to be approved again. */
    changeMcpServer: (id: McpServerId, patch: McpServerPatch) =>
      send<McpServer>({ method: "PATCH", path: pathOf(id), body: patch }),
    /** `conflict` while it is attached to a bot. */
    deleteMcpServer: (id: McpServerId) => send<void>({ method: "DELETE", path: pathOf(id) }),
    /** Starts it and reads its tools. `unavailable` when it can't be started or reached, with the reason. */
    checkMcpServer: (id: McpServerId, options?: CallOptions) =>
      send<McpServer>({ method: "POST", path: pathOf(id, "/check"), ...options }),
    /** `conflict` when the server has listed something else since `listedAt`. */
    approveMcpTools: (id: McpServerId, approval: McpApproval = {}) =>
      send<McpServer>({ method: "POST", path: pathOf(id, "/approve"), body: approval }),
    /** Well-known servers, and what each needs. */
    mcpCatalogue: (options?: CallOptions) =>
      send<Page<McpCatalogueOffer>>({ method: "GET", path: "/v1/mcp-servers/catalogue", ...options }),
    /** Registers a server of the catalogue; secrets are stored. `conflict` when the name is taken. */
    setUpMcpServer: (name: string, setup: McpSetup) =>
      send<McpServerRecord>({
        method: "POST",
        path: `/v1/mcp-servers/catalogue/${encodeURIComponent(name)}`,
        body: setup,
      }),
    /** The address of the page where a person allows Reef; ten minutes are left for it. `unavailable` with the reason. */
    signInAtMcpServer: (id: McpServerId) =>
      send<{ readonly url: string }>({ method: "POST", path: pathOf(id, "/sign-in") }),
    signOutOfMcpServer: (id: McpServerId) => send<void>({ method: "DELETE", path: pathOf(id, "/sign-in") }),
  };
}
