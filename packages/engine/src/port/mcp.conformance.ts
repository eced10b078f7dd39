/** Tests what every store keeps of MCP servers. */
import type { McpServerRecord, McpTool } from "@reef/protocol/mcp";
import { defaultMcpBox } from "@reef/protocol/mcp-box";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { openKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

type Seed = Omit<McpServerRecord, "createdAt" | "updatedAt">;

function seed(rest: Partial<Seed> = {}): Seed {
  const transport = { kind: "stdio" as const, command: "node", args: ["server.js"], env: { KEY: { secret: "key" } } };
  const id = makeId("mcpServer");
  return {
    id,
    name: "files",
    transport,
    enabled: true,
    box: { ...defaultMcpBox, network: "public", folders: [{ path: "/home/me/notes", write: true }] },
    sampling: true,
    idleMs: 1_000,
    timeoutMs: 5_000_000_000,
    tools: [],
    listedAt: null,
    ...rest,
  };
}

const tool: McpTool = {
  name: "read",
  fullName: "files__read",
  title: null,
  readOnly: true,
  description: "Reads \u0001 a file.",
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
  approved: null,
};

export function describeMcp(name: string, open: OpenEmptyStore): void {
  describe(`MCP servers in the ${name} store`, () => {
    it("keeps them as they were given, in order of creation; a change keeps the rest", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "secret.put", name: "key", sealed: "sealed", origin: null });
      const first = seed();
      const second = seed({
        name: "web",
        transport: { kind: "http", url: "https://mcp.example/mcp", headers: { "X-Team": "reef" } },
        enabled: false,
        tools: [tool, { ...tool, name: "write", approved: { description: "Writes.", inputSchema: {} } }],
        listedAt: kit.now(),
      });
      const { events } = await kit.commit({ op: "mcp.put", server: first });
      expect(events).toContainEqual(expect.objectContaining({ type: "mcp_server.changed", serverId: first.id }));
      await kit.commit({ op: "mcp.put", server: second });
      const times = { createdAt: kit.now(), updatedAt: kit.now() };
      expect(await kit.store.read.mcpServers()).toEqual([
        { ...first, ...times },
        { ...second, ...times },
      ]);
      kit.clock.advance(1_000);
      await kit.commit({ op: "mcp.put", server: { ...first, enabled: false } });
      expect((await kit.store.read.mcpServers())[0]).toEqual({
        ...first,
        enabled: false,
        createdAt: times.createdAt,
        updatedAt: kit.now(),
      });
      await kit.commit({ op: "mcp.delete", id: first.id });
      expect((await kit.store.read.mcpServers()).map(({ id }) => id)).toEqual([second.id]);
      await expect(kit.commit({ op: "mcp.delete", id: first.id })).rejects.toMatchObject({ code: "not_found" });
    });

    it("refuses a name that is taken", async () => {
      await using kit = await openKit(open);
      const plain = { kind: "stdio" as const, command: "a", args: [], env: {} };
      await kit.commit({ op: "mcp.put", server: seed({ transport: plain }) });
      await expect(kit.commit({ op: "mcp.put", server: seed({ transport: plain }) })).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await kit.store.read.mcpServers()).toHaveLength(1);
    });

    it("SE8: a secret goes to the program or the address that it was first given to, and stays while it is used", async () => {
      await using kit = await openKit(open);
      const refused = { code: "conflict" };
      await expect(kit.commit({ op: "mcp.put", server: seed() })).rejects.toMatchObject(refused);
      await kit.commit({ op: "secret.put", name: "key", sealed: "sealed", origin: null });
      const server = seed();
      await kit.commit({ op: "mcp.put", server });
      expect((await kit.store.read.secrets())[0]?.origin).toBe("program node server.js");
      const other = { ...server.transport, args: ["other.js"] } as Seed["transport"];
      await expect(kit.commit({ op: "mcp.put", server: { ...server, transport: other } })).rejects.toMatchObject(
        refused,
      );
      const http = { kind: "http" as const, url: "https://evil.example/", headers: { Key: { secret: "key" } } };
      await expect(
        kit.commit({ op: "mcp.put", server: seed({ name: "thief", transport: http }) }),
      ).rejects.toMatchObject(refused);
      await expect(kit.commit({ op: "secret.delete", name: "key" })).rejects.toMatchObject(refused);
      await kit.commit({ op: "mcp.delete", id: server.id });
      await kit.commit({ op: "secret.delete", name: "key" });
    });
  });
}
