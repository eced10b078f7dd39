import { setTimeout as wait } from "node:timers/promises";
import { makeId } from "@reef/engine/ids";
import type { GatewayRecord } from "@reef/protocol/gateway";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { GatewayError } from "./connection.ts";
import { type ConnectionTimes, openConnection } from "./gateway-connection.ts";
import { realClock } from "./testing/drive.ts";
import { type GatewayDouble, startGatewayDouble } from "./testing/gateway-double.ts";
import { tokensOf } from "./testing/tokens.ts";

const secret = "a-very-secret-token-0123456789";

const usualTokens = { TOKEN: secret, WRONG: `wrong-${secret}` };

function open(
  given: Partial<GatewayRecord> & { readonly url: string },
  times: Partial<ConnectionTimes> = {},
  tokens: Readonly<Record<string, string>> = usualTokens,
) {
  const logged: string[] = [];
  const keep = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const record = {
    id: makeId("gateway"),
    name: "test",
    token: { from: "env", name: "TOKEN" },
    enabled: true,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...given,
  } as GatewayRecord;
  const connection = openConnection({
    record,
    readToken: tokensOf(tokens),
    clock: realClock,
    log: { debug: keep, info: keep, warn: keep },
    times: { firstPauseMs: 10, maxPauseMs: 40, ...times },
  });
  return { connection, logged };
}

const double = (options: Parameters<typeof startGatewayDouble>[0] = {}) =>
  startGatewayDouble({ token: secret, ...options });
const soon = () => AbortSignal.timeout(15_000);

async function until(check: () => boolean): Promise<void> {
  for (const endAt = performance.now() + 15_000; performance.now() < endAt; await wait(5)) if (check()) return;
  throw new Error("what was waited for did not come in time");
}

async function connects(gateway: GatewayDouble, many: number): Promise<void> {
  await until(() => gateway.upgrades.length >= many);
}

describe("a connection to a gateway", () => {
  it("is let in without an Origin header, says what it found, and answers requests", async () => {
    await using gateway = await double();
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    const hello = await connection.ready(soon());
    expect(hello).toMatchObject({ protocolVersion: 4, version: "2026.9.6" });
    expect(connection.status()).toMatchObject({ state: "ready", reason: null, version: "2026.9.6", agents: 1 });
    expect(gateway.upgrades.map((headers) => headers.origin)).toEqual([undefined]);
    expect(await connection.request("agents.list", {})).toMatchObject({ agents: [{ id: "main" }] });
    await expect(connection.request("no.such", {})).rejects.toMatchObject({
      code: "refused",
      gatewayCode: "INVALID_REQUEST",
      retryable: false,
    });
  });

  it("waits for a gateway that starts, as long as that asks for", async () => {
    await using gateway = await double({ startingUp: 3 });
    const { connection } = open({ url: gateway.url }, { maxPauseMs: 60_000, firstPauseMs: 60_000 });
    await using _open = connection;
    await connection.ready(soon());
    expect(gateway.upgrades).toHaveLength(4);
  });

  it("does not hammer a gateway that refuses its token, says what to do, and tries again when it is asked to", async () => {
    await using gateway = await double();
    const { connection } = open({ url: gateway.url, token: { from: "env", name: "WRONG" } });
    await using _open = connection;
    await until(() => connection.status().state === "refused");
    await wait(200);
    expect(gateway.upgrades).toHaveLength(1);
    expect(connection.status().reason).toMatch(/refuses Reef's token.*gateway\.auth\.token/);
    expect((await connection.check(soon())).state).toBe("refused");
    expect(gateway.upgrades).toHaveLength(2);
  });

  it("SE5: no secret stands in a status, a log line or an error, whatever the gateway says", async () => {
    await using gateway = await double();
    const { connection, logged } = open({ url: gateway.url, token: { from: "env", name: "WRONG" } });
    await using _open = connection;
    await until(() => connection.status().state === "refused");
    const failure = await connection.request("agents.list", {}).catch((error: unknown) => error);
    const good = open({ url: gateway.url });
    await using _good = good.connection;
    await good.connection.ready(soon());
    gateway.sendRaw(`{"type":"event","event":7,"payload":"${secret}"}`);
    gateway.sendRaw(`{"type":"novel","token":"${secret}"}`);
    gateway.sendRaw(`${secret} is no JSON`);
    await until(() => good.logged.length >= 4);
    const said = [connection.status(), logged, String(failure), good.connection.status(), good.logged];
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(good.logged.filter((line) => line.includes("malformed"))).toHaveLength(2);
    expect(good.logged.filter((line) => line.includes("unknown type"))).toHaveLength(1);
    expect(await good.connection.request("health", {})).toEqual({ ok: true });
  });

  it("only reads from a gateway whose protocol it does not know", async () => {
    await using gateway = await double({ protocol: 5 });
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    await connection.ready(soon());
    expect(connection.status()).toMatchObject({ state: "read_only", protocolVersion: 5 });
    expect(connection.status().reason).toMatch(/speaks protocol 5, and Reef knows 4 to 4: read-only/);
    expect(await connection.request("sessions.list", { limit: 1 })).toMatchObject({ sessions: [] });
    const refused = connection.request("agent", { sessionKey: "agent:main:main", message: "hi", idempotencyKey: "1" });
    await expect(refused).rejects.toMatchObject({ code: "read_only", retryable: false });
    expect(gateway.requests().map(({ method }) => method)).toEqual(["sessions.list"]);
  });

  it("only reads from a release that is too old, though it speaks our protocol", async () => {
    await using gateway = await double({ version: "2026.5.12" });
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    await connection.ready(soon());
    expect(connection.status()).toMatchObject({ state: "read_only", protocolVersion: 4, version: "2026.5.12" });
    expect(connection.status().reason).toMatch(/is OpenClaw 2026\.5\.12, and turns need 2026\.9\.1 or newer/);
    const refused = connection.request("agent", { sessionKey: "agent:main:main", message: "hi", idempotencyKey: "1" });
    await expect(refused).rejects.toMatchObject({ code: "read_only", retryable: false });
  });

  it("finds a gateway again that died, and tells it to those who listen", async () => {
    await using gateway = await double();
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    const { bootId } = await connection.ready(soon());
    const events: string[] = [];
    connection.onLost(() => events.push("lost"));
    connection.onReady((hello) => events.push(hello.bootId === bootId ? "same" : "another"));
    const waiting = connection.request("agent.wait", { runId: "x", timeoutMs: 60_000 });
    await gateway.kill();
    await expect(waiting).rejects.toMatchObject({ code: "disconnected", retryable: true });
    await until(() => connection.status().state === "unreachable");
    expect(connection.status().retryAt).not.toBeNull();
    await expect(connection.request("health", {})).rejects.toBeInstanceOf(GatewayError);
    await gateway.start();
    await connection.ready(soon());
    expect(events).toEqual(["lost", "another"]);
  });

  it("leaves a gateway that falls silent", async () => {
    await using gateway = await double({ tickMs: 50 });
    const { connection } = open({ url: gateway.url }, { silentTicks: 12 });
    await using _open = connection;
    await connection.ready(soon());
    await wait(900);
    expect(gateway.upgrades).toHaveLength(1);
    gateway.fallSilent();
    await connects(gateway, 2);
  });

  it("sends and takes no frame above the maximum", async () => {
    await using gateway = await double();
    const { connection, logged } = open({ url: gateway.url });
    await using _open = connection;
    await connection.ready(soon());
    const large = connection.request("agent", { message: "x".repeat(27_000_000) });
    await expect(large).rejects.toMatchObject({ code: "too_large", retryable: false });
    expect(await connection.request("health", {})).toEqual({ ok: true });
    gateway.sendRaw(`{"type":"event","event":"big","payload":"${"x".repeat(27_000_000)}"}`);
    await connects(gateway, 2);
    expect(logged.join()).toMatch(/too large/);
  });

  it("says when a gateway lets it in without rights", async () => {
    await using gateway = await double({ scopes: [] });
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    await until(() => connection.status().state === "refused");
    expect(connection.status().reason).toMatch(/does not grant operator\.read/);
  });

  it("reads a token at each attempt, and says of one that is not there what to do", async () => {
    await using gateway = await double();
    const tokens: Record<string, string> = {};
    const { connection } = open({ url: gateway.url, token: { from: "env", name: "LATE" } }, {}, tokens);
    await using _open = connection;
    await until(() => connection.status().state === "refused");
    expect(connection.status().reason).toContain("LATE");
    tokens.LATE = secret;
    expect((await connection.check(soon())).state).toBe("ready");
  });

  it("a server that is no gateway is unreachable, not a crash", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => socket.close(4000, secret));
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { readonly port: number };
    const { connection, logged } = open({ url: `ws://127.0.0.1:${port}` });
    await until(() => connection.status().state === "unreachable");
    expect(JSON.stringify([connection.status(), logged])).not.toContain(secret);
    await connection[Symbol.asyncDispose]();
    server.close();
  });

  it("until the first connection stands it is connecting, and nowhere said to be switched off", async () => {
    await using gateway = await double();
    const { connection } = open({ url: gateway.url });
    await using _open = connection;
    const seen = [connection.status()];
    await until(() => seen[seen.push(connection.status()) - 1]?.state === "ready");
    expect(seen[0]).toMatchObject({ state: "connecting", reason: null });
    expect(seen.map(({ reason }) => reason)).not.toContain("switched off");
  });

  it("one that is switched off connects to nothing", async () => {
    await using gateway = await double();
    const { connection } = open({ url: gateway.url, enabled: false });
    await using _open = connection;
    await wait(50);
    expect(connection.status()).toMatchObject({ state: "off" });
    expect(gateway.upgrades).toHaveLength(0);
    await expect(connection.request("health", {})).rejects.toMatchObject({ code: "disconnected" });
  });
});
