/**
 * A service outside of Reef for tests: an MCP server whose tool acts, and a search that only reads. Each call is entered
 * in a ledger before it is answered, as a bank books before it says so.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

export interface OutsideService extends AsyncDisposable {
  readonly mcpUrl: string;
  /** As a SearXNG's. */
  readonly searchUrl: string;
  /** How often each marker was acted on, or searched for. */
  readonly ledger: ReadonlyMap<string, number>;
}

/** `takeMs`: how long the next call takes after it was entered. */
export async function startOutsideService(takeMs: () => number): Promise<OutsideService> {
  const ledger = new Map<string, number>();
  const book = (marker: string) => ledger.set(marker, (ledger.get(marker) ?? 0) + 1);
  const mcp = createMcpHandler(() => {
    const server = new McpServer({ name: "outside", version: "1.0.0" });
    const input = { description: "Acts on the world.", inputSchema: z.object({ marker: z.string() }) };
    server.registerTool("act", input, async ({ marker }) => {
      book(marker);
      await wait(takeMs());
      return { content: [{ type: "text", text: `acted ${marker}` }] };
    });
    return server;
  });
  const answerMcp = getRequestListener((request) => mcp.fetch(request));
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname !== "/search") return void answerMcp(request, response);
    const marker = url.searchParams.get("q") ?? "";
    book(marker);
    const results = [{ title: `found ${marker}`, url: "https://example.com/", content: marker }];
    void wait(takeMs()).then(() => response.end(JSON.stringify({ results })));
  });
  await new Promise<void>((resolve) => http.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const { port } = http.address() as AddressInfo;
  return {
    mcpUrl: `http://127.0.0.1:${port}/mcp`,
    searchUrl: `http://127.0.0.1:${port}`,
    ledger,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
