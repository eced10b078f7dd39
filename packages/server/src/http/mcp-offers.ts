/** Defines the endpoints of what MCP servers offer beside tools, and of the catalogue of well-known servers. */
import { createMcpServer } from "@reef/engine/mcp/servers";
import { originOfTransport } from "@reef/engine/provider/origin";
import { putSecret } from "@reef/engine/provider/providers";
import { fillEntry, mcpCatalogue } from "@reef/mcp/catalogue";
import { listPrompts, listResources, readPrompt, readResource } from "@reef/mcp/own-entries";
import { AppError } from "@reef/protocol/error";
import { McpServerId } from "@reef/protocol/ids";
import { McpPrompt, McpResource, McpServerRecord, McpText } from "@reef/protocol/mcp";
import { McpCatalogueOffer, McpSetup } from "@reef/protocol/mcp-catalogue";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { missingProgram } from "../mcp/missing-program.ts";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Tools";
const params = z.object({ id: McpServerId });

/** The longest text of a resource or prompt that is answered, in UTF-16 units. */
const longestText = 2_000_000;

export function mcpOfferRoutes({ deps, mcpServers, vault }: Edge): readonly Route[] {
  const asText = ({ text }: { readonly text: string }) => ({
    text: text.length > longestText ? `${text.slice(0, longestText)}\n[cut]` : text,
  });
  return [
    route(
      {
        method: "get",
        path: "/v1/mcp-servers/catalogue",
        tag,
        summary: "List well-known MCP servers, and what each needs",
        description:
          "`tried` says whether it was tried with this version of Reef, `missing` which program it needs that this machine lacks.",
        status: 200,
        answer: pageOf(McpCatalogueOffer),
      },
      async () => ({
        items: await Promise.all(
          mcpCatalogue.map(async (entry) => ({ ...entry, missing: await missingProgram(entry) })),
        ),
        next: null,
      }),
    ),
    route(
      {
        method: "post",
        path: "/v1/mcp-servers/catalogue/{name}",
        tag,
        summary: "Set up a server of the catalogue",
        description:
          "Puts the answers in their places and registers the server; secrets are stored. `check` starts it.",
        params: z.object({ name: z.string().max(100) }),
        body: McpSetup,
        bodyIsOptional: true,
        status: 201,
        answer: McpServerRecord,
      },
      async ({ params: { name: wanted }, body: { answers, name } }) => {
        const entry = mcpCatalogue.find((each) => each.name === wanted);
        if (entry === undefined) throw new AppError("not_found", `the catalogue has no “${wanted}”`);
        const server = fillEntry(entry, { answers, name });
        const origin = originOfTransport(server.transport);
        for (const { name: secret, kind } of entry.inputs) {
          if (kind !== "secret") continue;
          const sealed = await vault.seal(secret, answers[secret] ?? "");
          await putSecret(deps, { name: secret, sealed, origin });
        }
        return createMcpServer(deps, server);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/mcp-servers/{id}/resources",
        tag,
        summary: "List the resources of an MCP server",
        description: "Starts it if it is not running.",
        params,
        status: 200,
        answer: pageOf(McpResource),
      },
      async ({ params: { id }, request }) => ({
        items: await listResources(await mcpServers.connect(id), request.signal),
        next: null,
      }),
    ),
    route(
      {
        method: "get",
        path: "/v1/mcp-servers/{id}/resources/content",
        tag,
        summary: "Read a resource of an MCP server",
        params,
        query: z.object({ uri: z.string().min(1).max(4_000) }),
        status: 200,
        answer: McpText,
      },
      async ({ params: { id }, query: { uri }, request }) =>
        asText(await readResource(await mcpServers.connect(id), uri, request.signal)),
    ),
    route(
      {
        method: "get",
        path: "/v1/mcp-servers/{id}/prompts",
        tag,
        summary: "List the prompts of an MCP server",
        params,
        status: 200,
        answer: pageOf(McpPrompt),
      },
      async ({ params: { id }, request }) => ({
        items: await listPrompts(await mcpServers.connect(id), request.signal),
        next: null,
      }),
    ),
    route(
      {
        method: "post",
        path: "/v1/mcp-servers/{id}/prompts",
        tag,
        summary: "Read a prompt of an MCP server",
        params,
        body: z
          .strictObject({
            name: z.string().min(1).max(500),
            arguments: z.record(z.string().max(200), z.string().max(10_000)).default({}),
          })
          .meta({ id: "McpPromptRequest" }),
        status: 200,
        answer: McpText,
      },
      async ({ params: { id }, body: { name, arguments: args }, request }) =>
        asText(await readPrompt(await mcpServers.connect(id), { name, args }, request.signal)),
    ),
  ];
}
