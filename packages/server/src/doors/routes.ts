/** Lists the endpoints by which programs that know other protocols talk to bots. */
import type { Route } from "../http/route.ts";
import { anthropicRoutes } from "./anthropic/messages.ts";
import type { Doors } from "./door-parts.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { openAiChatRoutes } from "./openai/chat.ts";
import { openAiModelRoutes } from "./openai/models.ts";
import { openAiResponsesRoutes } from "./openai/responses.ts";

export function doorRoutes(doors: Doors): readonly Route[] {
  return [
    ...openAiModelRoutes(doors),
    ...openAiChatRoutes(doors),
    ...openAiResponsesRoutes(doors),
    ...anthropicRoutes(doors),
    ...mcpRoutes(doors),
  ];
}
