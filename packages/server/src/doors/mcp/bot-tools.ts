/**
 * Gives an MCP client a bot's tools: those of the engine's catalogue, by the engine's own path for calls from outside
 * the loop. So the same bounds hold, each call is done once, and what it saves is not trusted as a person's words (ME5).
 */
import type { Doors } from "../door-parts.ts";
import { toJsonSchemaObject } from "./json.ts";
import { type BotScope, callSession } from "./scope.ts";
import type { McpTool } from "./tool.ts";

export async function botTools(doors: Doors, scope: BotScope): Promise<readonly McpTool[]> {
  const { calls } = doors.edge;
  return (await calls.toolsFor(scope.bot)).map(({ name, description, inputSchema, changes }) => ({
    name,
    description,
    inputSchema: toJsonSchemaObject(inputSchema),
    isReadOnly: changes === "nothing",
    call: async ({ input, key, signal }) => {
      const session = { sessionId: await callSession(doors, scope) };
      const call = { session, name, input, key, callId: key, waitMs: 0, hasHeardOthers: true, isApart: true };
      return calls.callTool(scope.bot, call, signal);
    },
  }));
}
