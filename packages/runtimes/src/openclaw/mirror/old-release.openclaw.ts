/**
 * Tests a gateway of the oldest release that supports our protocol: nothing is changed there, and what it has can be
 * read. Its own client types there, with the recorded frames.
 */
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openSide } from "../testing/drive.ts";
import { type RealGateway, startRealGateway } from "../testing/real-gateway.ts";
import { readPage } from "./history.ts";
import { createRoster } from "./roster.ts";
import { rowToEntries } from "./transcript-row.ts";

test("2026.5.12 is read only: its agents, sessions and transcripts are there, and a turn is refused with what is needed", async () => {
  await using gateway = await startRealGateway({ version: "2026.5.12" });
  await type(gateway, "hello there [[say=good day]]");
  await using side = openSide(gateway);
  const { connection } = side;
  await connection.ready(AbortSignal.timeout(60_000));
  expect(connection.status()).toMatchObject({ state: "read_only", version: "2026.5.12", protocolVersion: 4 });
  const turn = connection.request("agent", { sessionKey: "agent:main:main", message: "x", idempotencyKey: "1" });
  await expect(turn).rejects.toMatchObject({
    code: "read_only",
    message: expect.stringContaining("2026.9.1 or newer"),
  });

  const roster = createRoster(connection);
  await roster.load(AbortSignal.timeout(60_000));
  expect(roster.agents().map(({ agentId }) => agentId)).toEqual(["main"]);
  expect(roster.sessions()).toMatchObject([{ key: "agent:main:main", agentId: "main" }]);
  const { rows } = await readPage(connection, { key: "agent:main:main", limit: 50 });
  expect(rows.flatMap(rowToEntries).map(({ kind, text }) => [kind, text])).toEqual([
    ["person", expect.stringContaining("hello there")],
    ["bot", "good day"],
  ]);
});

/** Sends one message as that release's own clients do, and waits for its answer. */
async function type({ url, token }: RealGateway, message: string): Promise<void> {
  const socket = new WebSocket(url);
  const frames: { readonly type: string; readonly event?: string; readonly payload?: { readonly state?: string } }[] =
    [];
  socket.on("message", (data) => frames.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const send = (id: string, method: string, params: object) =>
    socket.send(JSON.stringify({ type: "req", id, method, params }));
  const client = { id: "gateway-client", version: "0.1.0", platform: "linux", mode: "backend" };
  const scopes = ["operator.read", "operator.write", "operator.admin"];
  send("1", "connect", { minProtocol: 4, maxProtocol: 4, client, role: "operator", scopes, auth: { token } });
  await expect.poll(() => frames.some(({ type }) => type === "res"), { timeout: 30_000 }).toBe(true);
  send("2", "chat.send", { sessionKey: "agent:main:main", message, idempotencyKey: crypto.randomUUID() });
  const isFinal = () => frames.some(({ event, payload }) => event === "chat" && payload?.state === "final");
  await expect.poll(isFinal, { timeout: 120_000 }).toBe(true);
  socket.close();
}
