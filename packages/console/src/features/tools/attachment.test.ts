/** Tests what a press in the table of bots and tools makes of a bot's attachments. */
import type { McpServerId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { nextChoice, serverCell, toolCell, withServer, withTool } from "./attachment.ts";

const id = "mcp_1" as McpServerId;
const other = { serverId: "mcp_2" as McpServerId, tools: ["x"] };
const server = { id, names: ["read", "write", "drop"] };

test("a server is switched on with all its tools, those that it lists later too", () => {
  expect(withServer([other], server, "on")).toEqual([other, { serverId: id }]);
  expect(serverCell([{ serverId: id }], server)).toBe("on");
  expect(toolCell([{ serverId: id }], server, "listed later")).toBe("on");
});

test("TO1: asking first for a server asks for every tool, and switching it off removes it alone", () => {
  const asked = withServer([{ serverId: id }, other], server, "ask");
  expect(asked).toEqual([{ serverId: id, ask: true }, other]);
  expect(serverCell(asked, server)).toBe("ask");
  expect(withServer(asked, server, "off")).toEqual([other]);
});

test("switching one tool off names the others", () => {
  const without = withTool([{ serverId: id, ask: ["write", "drop"] }], server, { name: "drop", choice: "off" });
  expect(without).toEqual([{ serverId: id, tools: ["read", "write"], ask: ["write"] }]);
  expect(serverCell(without, server)).toBe("some");
  expect(toolCell(without, server, "drop")).toBe("off");
});

test("TO1: one tool that asks first leaves the others and future ones as they are", () => {
  const asked = withTool([{ serverId: id }], server, { name: "drop", choice: "ask" });
  expect(asked).toEqual([{ serverId: id, ask: ["drop"] }]);
  const back = withTool([{ serverId: id, ask: true }], server, { name: "read", choice: "on" });
  expect(back).toEqual([{ serverId: id, ask: ["write", "drop"] }]);
});

test("the first tool of a server attaches it, and the last one detaches it", () => {
  const one = withTool([], server, { name: "read", choice: "on" });
  expect(one).toEqual([{ serverId: id, tools: ["read"] }]);
  expect(withTool(one, server, { name: "write", choice: "ask" })).toEqual([
    { serverId: id, tools: ["read", "write"], ask: ["write"] },
  ]);
  expect(withTool(one, server, { name: "read", choice: "off" })).toEqual([]);
});

test("a press goes from off to allowed, to asking first, and to off", () => {
  expect((["off", "on", "ask", "some"] as const).map(nextChoice)).toEqual(["on", "ask", "off", "off"]);
});
