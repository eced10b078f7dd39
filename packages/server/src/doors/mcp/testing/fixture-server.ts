/**
 * Serves tools of the names that the conformance suite calls, through the code that serves Reef's own tools: what these
 * scenarios check of the protocol is then checked of Reef.
 */
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import * as sdk from "@modelcontextprotocol/server";
import { serveTools } from "../scoped-server.ts";
import type { McpTool } from "../tool.ts";

const noInput = { type: "object", properties: {} } as const;

/** As the scenario of that name prints it. */
const schemaOf2020 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

const tools: readonly McpTool[] = [
  tool("test_simple_text", async () => ({ text: "This is a simple text response for testing.", isError: false })),
  tool("test_error_handling", async () => ({
    text: "This tool intentionally returns an error for testing",
    isError: true,
  })),
  tool("test_tool_with_progress", async ({ progress }) => {
    for (let step = 0; step < 3; step += 1) await progress();
    return { text: "done", isError: false };
  }),
  { ...tool("json_schema_2020_12_tool", async () => ({ text: "ok", isError: false })), inputSchema: schemaOf2020 },
];

function tool(name: string, call: McpTool["call"]): McpTool {
  return { name, description: `The suite's ${name}.`, inputSchema: noInput, isReadOnly: true, call };
}

export async function startFixtureServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const handler = sdk.createMcpHandler(() => {
    const server = new sdk.Server({ name: "fixture", version: "1" }, { capabilities: { tools: {} } });
    serveTools(sdk, server, { doors: { log: { error: () => undefined, debug: () => undefined } }, tools });
    return server;
  });
  const http: HttpServer = createServer(getRequestListener((request) => handler.fetch(request)));
  await new Promise<void>((resolve) => http.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
