/** Sets up what the messages need, before the first fault: an outside tool, bots with a box, sessions. */
import type { Client } from "@reef/client/client";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { McpServer } from "@reef/protocol/mcp";
import type { World } from "./load.ts";

const sessionsOfBot = 6;

export async function makeWorld(
  client: Client,
  { sessions, mcpUrl }: { readonly sessions: number; readonly mcpUrl: string },
): Promise<World> {
  const server = await client.send<McpServer>({
    method: "POST",
    path: "/v1/mcp-servers",
    body: { name: "outside", transport: { kind: "http", url: mcpUrl } },
  });
  await client.send({ method: "POST", path: `/v1/mcp-servers/${server.id}/check` });
  const bots: BotId[] = [];
  const ids: SessionId[] = [];
  for (let number = 0; ids.length < sessions; number += 1) {
    const { id } = await client.createBot({
      name: `bot ${number}`,
      mcp: [{ serverId: server.id }],
      box: { enabled: true } as never,
    });
    bots.push(id);
    const count = Math.min(sessionsOfBot, sessions - ids.length);
    const made = await Promise.all(
      Array.from({ length: count }, (_, at) => client.createSession({ botId: id, title: `session ${number}.${at}` })),
    );
    ids.push(...made.map((session) => session.id));
  }
  return { bots, sessions: ids };
}
