/**
 * Serves MCP over streamable HTTP, to clients of both eras of the protocol. The package that speaks it is loaded with
 * the first request, so that a Reef without such clients does not pay for it.
 */
import type { McpHttpHandler } from "@modelcontextprotocol/server";
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { authenticate } from "../../auth/guard.ts";
import { bodyLimits, readJsonBody } from "../../http/body.ts";
import { errorToProblem } from "../../http/errors.ts";
import { type Method, type Route, route } from "../../http/route.ts";
import { doorCredentials } from "../credentials.ts";
import type { Doors } from "../door-parts.ts";
import { type Changes, openChanges } from "./changes.ts";
import { readScope } from "./scope.ts";
import { createScopedServer } from "./scoped-server.ts";

const mostSubscriptions = 256;

const scopeQuery = z.strictObject({
  bot: z.string().min(1).max(400).optional().meta({ description: "Act as this bot: its name or id." }),
  session: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({ description: "The bot's session that calls belong to: an id, or a name that is created." }),
});

export function mcpRoutes(doors: Doors): readonly Route[] {
  const loaded = { handler: null as Promise<McpHttpHandler> | null };
  const changes = openChanges(doors);
  const handler = () => {
    loaded.handler ??= openHandler(doors, changes);
    return loaded.handler;
  };
  const serve = (method: Method, summary: string) =>
    route(
      {
        method,
        path: "/mcp",
        tag: "MCP",
        summary,
        description:
          "Streamable HTTP of the Model Context Protocol, stateless, in its versions of 2025 and 2026; subscriptions are those of 2026. With `bot`, the bot's own tools and what it may see; without, the operator's.",
        query: scopeQuery,
        ...(method === "post" && { rawBody: "application/json" }),
        status: 200,
        answer: "application/json",
      },
      async ({ query, request }) => {
        const scope = await readScope(doors, query);
        const body = method === "post" ? await readMessage(request) : undefined;
        if (body instanceof Response) return body;
        const { fetch } = await handler();
        const { guard } = doors.edge;
        const caller = authenticate(guard, doorCredentials(request));
        const isOpen = () => caller.kind === "token" || guard.logins.isOpen(caller.login);
        return changes.serve(scope, isOpen, () => fetch(request, method === "post" ? { parsedBody: body } : {}));
      },
    );
  return [
    serve("post", "Send a message of the Model Context Protocol"),
    serve("get", "Refused: streams belong to requests here"),
    serve("delete", "Refused: there are no protocol sessions to end"),
  ];
}

async function openHandler(doors: Doors, { bus }: Changes): Promise<McpHttpHandler> {
  const sdk = await import("@modelcontextprotocol/server");
  return sdk.createMcpHandler(
    async ({ requestInfo, era }) => {
      const query = scopeQuery.parse(Object.fromEntries(new URL(requestInfo?.url ?? "http://reef/mcp").searchParams));
      return createScopedServer(sdk, doors, { scope: await readScope(doors, query), era });
    },
    {
      bus,
      maxSubscriptions: mostSubscriptions,
      onerror: (error) => doors.log.debug({ error }, "an MCP client's request was refused"),
    },
  );
}

/** Returns the body within bounds; for one that cannot be read, the failure as JSON-RPC says it. */
async function readMessage(request: Request): Promise<unknown> {
  try {
    const body = await readJsonBody(request, bodyLimits.text);
    if (body !== undefined) return body;
    throw new AppError("invalid_request", "the body is empty: expected a JSON-RPC message");
  } catch (error) {
    const { status, detail } = errorToProblem(error);
    const parseError = -32_700;
    return Response.json({ jsonrpc: "2.0", id: null, error: { code: parseError, message: detail } }, { status });
  }
}
