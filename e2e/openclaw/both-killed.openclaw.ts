/**
 * Kills Reef and a real OpenClaw gateway in the middle of turns and starts them again, each alone and both together. Every
 * message must be answered once, every act of a tool done once, and both sides must have the same transcript.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import type { AgentRef } from "@reef/protocol/gateway";
import type { MessageId } from "@reef/protocol/ids";
import { readHistory } from "@reef/runtimes/openclaw/history";
import { keyOfSession } from "@reef/runtimes/openclaw/session-key";
import { openSide } from "@reef/runtimes/openclaw/testing/drive";
import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import { expect, test } from "vitest";
import { startReef } from "../support/reef-process.ts";

const slowMs = 15_000;

test("TU2, MB5: with both sides killed at once, every message is acted on once and both tell the same", {
  timeout: 600_000,
}, async () => {
  const gateway = await sharedGateway();
  const folder = mkdtempSync(join(tmpdir(), "reef-both-"));
  await using reef = await startReef({
    env: { REEF_OPENCLAW_URL: gateway.url, REEF_OPENCLAW_TOKEN: gateway.token, REEF_OLLAMA_URL: "off" },
  });
  const { client } = reef;
  const bot = await client.createBot({ name: "Claw", runtime: "openclaw", agent: await agentOf(client) });
  const effects = join(folder, "effects");
  const orders = [
    `think [[say=thought]] [[delay=${slowMs}]]`,
    `work [[tool=exec {"command":"echo ran >> ${effects}"}]] [[say=worked]] [[delay=${slowMs / 2}]]`,
    "talk [[say=talked for a long time]] [[chunks=20]] [[gap=1500]]",
    "quick [[say=was quick]]",
  ];
  const said = ["thought", "worked", "talked for a long time", "was quick"];
  const sessions = await Promise.all(orders.map((_, n) => client.createSession({ botId: bot.id, title: `Both ${n}` })));
  const ids = await Promise.all(
    sessions.map(async (session, n) => (await client.sendMessage(session.id, { text: orders[n] ?? "" })).id),
  );

  // A Reef that was killed alone finds its runs still going.
  await until(async () => existsSync(effects));
  await reef.kill();
  await reef.restart();
  await until(async () => (await unsettled(client, ids)).length < ids.length);
  expect((await unsettled(client, ids)).length).toBeGreaterThan(0);

  // Then both together.
  await Promise.all([gateway.kill(), reef.kill()]);
  gateway.launch();
  await reef.restart();
  // While the gateway is away, a message to it waits and is not lost.
  const late = await client.createSession({ botId: bot.id, title: "Late" });
  const lateId = (await client.sendMessage(late.id, { text: "late [[say=came late]]" })).id;
  await gateway.ready();
  await until(async () => (await unsettled(client, [...ids, lateId])).length === 0);

  await using side = openSide(gateway);
  await side.connection.ready(AbortSignal.timeout(60_000));
  expect(readFileSync(effects, "utf8")).toBe("ran\n");
  for (const [n, session] of [...sessions, late].entries()) {
    const { items } = await client.entries(session.id, { limit: 100 });
    const answers = items.filter(({ kind }) => kind === "bot");
    expect(answers.map(({ text }) => text)).toEqual([[...said, "came late"][n]]);
    const key = keyOfSession(session, "main");
    const { rows } = await readHistory(side.connection, { key, limit: 100 });
    const theirs = rows.filter(({ role, calls }) => role === "assistant" && calls.length === 0);
    expect(theirs.map(({ id, text }) => [id, text])).toEqual(answers.map(({ externalId, text }) => [externalId, text]));
  }
  expect(reef.errors).not.toContain(gateway.token);
  rmSync(folder, { recursive: true });
});

test("TU6: a cancel in Reef stops the run at the gateway, and says so in the transcript", async () => {
  const gateway = await sharedGateway();
  await using reef = await startReef({
    env: { REEF_OPENCLAW_URL: gateway.url, REEF_OPENCLAW_TOKEN: gateway.token, REEF_OLLAMA_URL: "off" },
  });
  const { client } = reef;
  const bot = await client.createBot({ name: "Claw", runtime: "openclaw", agent: await agentOf(client) });
  const session = await client.createSession({ botId: bot.id, title: "Stop me" });
  await client.sendMessage(session.id, { text: "talk [[say=a b c d e f g h]] [[chunks=40]] [[gap=800]]" });
  await using side = openSide(gateway);
  await side.connection.ready(AbortSignal.timeout(60_000));
  const key = keyOfSession(session, "main");
  const isActive = async () => (await readHistory(side.connection, { key, limit: 5 })).inFlight?.text !== undefined;
  await until(isActive);
  await client.cancelSession(session.id);
  await until(async () => !(await readHistory(side.connection, { key, limit: 5 })).hasActiveRun);
  const { items } = await client.entries(session.id, { limit: 20 });
  expect(items.some(({ notice }) => notice?.type === "cancelled")).toBe(true);
});

test("TU6: a run that is cancelled while its gateway is dead is stopped when that resumes it", {
  timeout: 400_000,
}, async () => {
  const gateway = await sharedGateway();
  await using reef = await startReef({
    env: { REEF_OPENCLAW_URL: gateway.url, REEF_OPENCLAW_TOKEN: gateway.token, REEF_OLLAMA_URL: "off" },
  });
  const { client } = reef;
  const bot = await client.createBot({ name: "Claw", runtime: "openclaw", agent: await agentOf(client) });
  const session = await client.createSession({ botId: bot.id, title: "Stop me later" });
  const { id } = await client.sendMessage(session.id, { text: "think [[say=never said]] [[delay=90000]]" });
  const key = keyOfSession(session, "main");
  {
    await using side = openSide(gateway);
    await side.connection.ready(AbortSignal.timeout(60_000));
    await until(async () => (await readHistory(side.connection, { key, limit: 5 })).rows.length > 0);
    // Inside the model call.
    await until(async () => (await (await fetch(`${gateway.modelUrl}/requests`)).text()).includes("never said"));
  }
  await gateway.kill();
  await until(async () => (await client.gateways()).items[0]?.state !== "ready");
  await client.cancelSession(session.id);
  await until(async () => (await client.message(id)).state === "cancelled");
  await gateway.start();
  await using side = openSide(gateway);
  await side.connection.ready(AbortSignal.timeout(60_000));
  const history = async () => await readHistory(side.connection, { key, limit: 20 });
  const words = async () => JSON.stringify((await history()).rows);
  await until(async () => (await words()).includes("restart_recovery"));
  await until(async () => !(await history()).hasActiveRun);
  expect(await words()).not.toContain('"text":"never said"');
  const { items } = await client.entries(session.id, { limit: 20 });
  expect(items.map(({ text }) => text)).not.toContain("never said");
});

async function agentOf(client: Client): Promise<AgentRef> {
  const [gateway] = (await client.gateways()).items;
  if (gateway === undefined) throw new Error("expected the gateway of the settings to be joined");
  return { gatewayId: gateway.id, agentId: "main" };
}

async function unsettled(client: Client, ids: readonly MessageId[]): Promise<readonly MessageId[]> {
  const messages = await Promise.all(ids.map((id) => client.message(id)));
  return messages.filter(({ state }) => state !== "answered").map(({ id }) => id);
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (const endAt = performance.now() + 300_000; performance.now() < endAt; await wait(100)) {
    if (await check().catch(() => false)) return;
  }
  throw new Error("what was waited for did not come within 300 s");
}
