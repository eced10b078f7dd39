/** Deletes the folders of programs whose MCP server is deleted, also of those deleted while Reef did not run. */
import type { Programs } from "@reef/box/programs";
import type { Log } from "@reef/engine/deps";
import type { Store } from "@reef/engine/port/store";
import type { McpServerId } from "@reef/protocol/ids";

export interface DeletedServersParts {
  readonly store: Store;
  readonly log: Log;
  readonly programs: Pick<Programs, "names" | "forget">;
  readonly signOut: (id: McpServerId) => Promise<void>;
}

export async function forgetDeletedServers({
  store,
  log,
  programs,
  signOut,
}: DeletedServersParts): Promise<Disposable> {
  const forget = async (name: string) => {
    try {
      await signOut(name as McpServerId);
      await programs.forget(name);
    } catch (error) {
      log.warn({ error, serverId: name }, "the folder of a deleted MCP server could not be deleted");
    }
  };
  const unsubscribe = store.onEvents((events) => {
    for (const event of events) if (event.type === "mcp_server.deleted") void forget(event.serverId);
  });
  const known = new Set<string>((await store.read.mcpServers()).map(({ id }) => id));
  for (const name of await programs.names()) if (!known.has(name)) await forget(name);
  return { [Symbol.dispose]: unsubscribe };
}
