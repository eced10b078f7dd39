/**
 * Runs `reef mcp`: serves MCP on stdin and stdout for programs that start their servers themselves, and passes every
 * request on to the running Reef. What it offers is decided there; nothing is kept here, so it survives Reef's restart.
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Server } from "@modelcontextprotocol/server";
import { type StdioServerHandle, serveStdio } from "@modelcontextprotocol/server/stdio";
import { CommandError } from "./command-error.ts";

export interface McpPlace {
  /** Reef's address. */
  readonly url: string;
  readonly token: string;
  /** Act as this bot; as the operator if left out. */
  readonly bot?: string | undefined;
  /** The bot's session that calls belong to. */
  readonly session?: string | undefined;
}

type Transport = NonNullable<Parameters<typeof serveStdio>[1]>["transport"];

/** A call may wait for a bot; each sign of life starts the time again. */
const callWaitMs = 300_000;
const version = "0.1.0";

/** Resolves when it serves. Throws `CommandError` if Reef cannot be reached, or does not know the bot. */
export async function serveMcp(place: McpPlace, transport?: Transport): Promise<StdioServerHandle> {
  const client = await connect(place);
  const serving = serveStdio(() => createServer(client), transport === undefined ? {} : { transport });
  return {
    async close() {
      await serving.close();
      await client.close();
    },
  };
}

async function connect({ url, token, bot, session }: McpPlace): Promise<Client> {
  const address = new URL(`${url}/mcp`);
  if (bot !== undefined) address.searchParams.set("bot", bot);
  if (session !== undefined) address.searchParams.set("session", session);
  const client = new Client({ name: "reef-cli", version }, { versionNegotiation: { mode: "auto" } });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  try {
    await client.connect(new StreamableHTTPClientTransport(address, { requestInit }));
    return client;
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`Reef at ${url} can't be reached as an MCP server: ${what}`, { cause });
  }
}

function createServer(client: Client): Server {
  const instructions = client.getInstructions();
  const server = new Server(
    { name: "reef", title: "Reef", version: client.getServerVersion()?.version ?? version },
    { capabilities: { tools: {}, resources: {}, prompts: {} }, ...(instructions !== undefined && { instructions }) },
  );
  server.setRequestHandler("tools/list", ({ params }) => client.listTools(cursorOf(params)));
  server.setRequestHandler("tools/call", ({ params }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    const onprogress = (progress: { readonly progress: number }) =>
      void mcpReq.notify({ method: "notifications/progress", params: { ...progress, progressToken } });
    const { progressToken: _, ...meta } = mcpReq._meta ?? {};
    return client.callTool(
      { name: params.name, arguments: params.arguments ?? {}, ...(Object.keys(meta).length > 0 && { _meta: meta }) },
      {
        signal: mcpReq.signal,
        timeout: callWaitMs,
        resetTimeoutOnProgress: true,
        ...(progressToken !== undefined && { onprogress }),
      },
    );
  });
  server.setRequestHandler("resources/list", ({ params }) => client.listResources(cursorOf(params)));
  server.setRequestHandler("resources/templates/list", ({ params }) => client.listResourceTemplates(cursorOf(params)));
  server.setRequestHandler("resources/read", ({ params: { uri } }) => client.readResource({ uri }));
  server.setRequestHandler("prompts/list", ({ params }) => client.listPrompts(cursorOf(params)));
  server.setRequestHandler("prompts/get", ({ params: { name, arguments: given } }) =>
    client.getPrompt({ name, ...(given !== undefined && { arguments: given }) }),
  );
  return server;
}

function cursorOf(params: { readonly cursor?: string | undefined } | undefined): { readonly cursor?: string } {
  return params?.cursor === undefined ? {} : { cursor: params.cursor };
}
