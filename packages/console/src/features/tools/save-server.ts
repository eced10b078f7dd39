/**
 * Saves an MCP server: first the secrets that were typed, then the server that names them. If it is refused, the new secrets go
 * again, and what was typed stays in the form.
 */
import type { Client } from "@reef/client/client";
import type { McpServer } from "@reef/protocol/mcp";
import { draftToServer, freeSecretName, newSecrets, type ServerDraft } from "./server-draft.ts";

export async function saveServer(
  client: Pick<Client, "secrets" | "putSecret" | "deleteSecret" | "createMcpServer" | "changeMcpServer">,
  {
    server,
    draft,
    typed,
  }: {
    /** Null creates one. */
    readonly server: McpServer | null;
    readonly draft: ServerDraft;
    /** What stands in the fields of new secrets, by row. */
    readonly typed: ReadonlyMap<string, string>;
  },
): Promise<McpServer> {
  const rows = newSecrets(draft);
  const taken = new Set(rows.length === 0 ? [] : (await client.secrets()).items.map(({ name }) => name));
  const secretByRow = new Map<string, string>();
  try {
    for (const { key, name } of rows) {
      const secret = freeSecretName(`${draft.name.trim()}-${name.trim()}`, taken);
      await client.putSecret(secret, { value: typed.get(key) ?? "" });
      taken.add(secret);
      secretByRow.set(key, secret);
    }
    const fields = draftToServer(draft, secretByRow, server);
    return await (server === null ? client.createMcpServer(fields) : client.changeMcpServer(server.id, fields));
  } catch (error) {
    for (const secret of secretByRow.values()) await client.deleteSecret(secret).catch(() => undefined);
    throw error;
  }
}
